import { rule } from '../rule.js';

/** `read_only: true`: nothing can be written into the container. */
export const readOnlyRoot = rule(
  {
    id: 'read-only-root',
    severity: 'warning',
    summary: 'The root file system of a service is read-only: every push becomes a rebuild.',
  },
  (_files, { service: { name, readOnly, placeOf } }) =>
    readOnly
      ? [
          {
            message: `The root file system of service ${name} is read-only: nothing can be pushed, and every change means a rebuild.`,
            hint: 'Set read_only: false in a compose file for development.',
            place: placeOf('read_only'),
          },
        ]
      : [],
);
