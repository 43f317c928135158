/**
 * Compose labels what it builds, and a container has the labels of its image: without these it would count as one of the
 * service's own.
 */
export const NOT_COMPOSE = { 'com.docker.compose.project': '', 'com.docker.compose.service': '' } as const;
