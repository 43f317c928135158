export const OURS = 'docker-livepush';
export const COMPOSE = 'compose watch';
export const LIVEPUSH = 'livepush';
