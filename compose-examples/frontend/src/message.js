export const message = 'Hello from the front end';
