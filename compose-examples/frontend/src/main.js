import './style.css';
import { message } from './message.js';

const heading = document.querySelector('#message');
const counter = document.querySelector('#counter');
let count = 0;

heading.textContent = message;
counter.textContent = 'Count';
counter.addEventListener('click', () => {
  count += 1;
  counter.textContent = `Counted to ${count}`;
});

// A new message keeps the count: nothing else on the page changes.
import.meta.hot?.accept('./message.js', (module) => {
  if (module) heading.textContent = module.message;
});
