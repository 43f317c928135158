import { busybox } from './busybox.mjs';
import { debian } from './debian.mjs';
import { nginx } from './nginx.mjs';
import { node } from './node.mjs';
import { python } from './python.mjs';

/** Every public image that the examples and the tests name, with a stand-in for it; the base comes before what is built on it. */
export const standIns = [busybox, debian, node, python, nginx];
