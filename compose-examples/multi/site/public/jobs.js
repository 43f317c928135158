const jobs = document.querySelector('#jobs');

async function show() {
  const response = await fetch('/api/jobs');
  jobs.textContent = await response.text();
}

await show();
setInterval(show, 2000);
