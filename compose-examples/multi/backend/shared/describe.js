/** One line about a job, for the API's list and for the workers' logs. */
export function describe({ number, worker }) {
  return `job ${number} done by ${worker}`;
}
