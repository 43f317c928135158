export const message = 'Hello from node-web';
