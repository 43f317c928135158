import { findTarget } from '../../dockerfile/needed.js';
import { rule } from '../rule.js';
import { placeOfLines } from '../tokens.js';

/** Targets that give way to an earlier stage, since the live command stands there. */
export const targetStageDropped = rule(
  {
    id: 'target-stage-dropped',
    severity: 'warning',
    summary: 'A live command in an earlier stage leaves out the stage that a service targets.',
  },
  (files, { service }) => {
    const { stages, file } = files.dockerfile;
    const { liveCommand } = files.live;
    const target = service.target ? findTarget(stages, service.target) : undefined;
    if (liveCommand === undefined || target === undefined || liveCommand.stage === target) return [];
    const { line } = liveCommand;
    const stage = stages[liveCommand.stage]?.name ?? `number ${liveCommand.stage}`;
    return [
      {
        message: `The target ${service.target} is left out in live mode: the live command in ${file}:${line} makes stage ${stage} the last one.`,
        hint: `Move the live command to the stage ${service.target} if that is what should run.`,
        place: service.placeOf('build', 'target') ?? placeOfLines(files, { line, endLine: line }),
      },
    ];
  },
);
