import type { Rule } from './rule.js';
import { badArgument } from './rules/bad-argument.js';
import { badIgnore } from './rules/bad-ignore.js';
import { badMount } from './rules/bad-mount.js';
import { badSubstitution } from './rules/bad-substitution.js';
import { buildContextMissing } from './rules/build-context-missing.js';
import { buildFileUnreadable } from './rules/build-file-unreadable.js';
import { composeWarning } from './rules/compose-warning.js';
import { containerNameTaken } from './rules/container-name-taken.js';
import { copyHiddenByMount } from './rules/copy-hidden-by-mount.js';
import { copySourceIgnored } from './rules/copy-source-ignored.js';
import { copySourceMissing } from './rules/copy-source-missing.js';
import { directiveContinuation } from './rules/directive-continuation.js';
import { directiveHeredoc } from './rules/directive-heredoc.js';
import { directiveNotNeeded } from './rules/directive-not-needed.js';
import { dockerfileMissing } from './rules/dockerfile-missing.js';
import { emptyBase } from './rules/empty-base.js';
import { emptyDirective } from './rules/empty-directive.js';
import { entrypointShadowsLiveCommand } from './rules/entrypoint-shadows-live-command.js';
import { fromArguments } from './rules/from-arguments.js';
import { imageName } from './rules/image-name.js';
import { instructionBeforeFrom } from './rules/instruction-before-from.js';
import { jsonNotStrings } from './rules/json-not-strings.js';
import { lineTooLong } from './rules/line-too-long.js';
import { liveCommandNotNeeded } from './rules/live-command-not-needed.js';
import { liveCommandWithEntrypoint } from './rules/live-command-with-entrypoint.js';
import { malformedDirective } from './rules/malformed-directive.js';
import { misplacedDirective } from './rules/misplaced-directive.js';
import { missingArgument } from './rules/missing-argument.js';
import { misspeltStage } from './rules/misspelt-stage.js';
import { nameWithoutValue } from './rules/name-without-value.js';
import { needsCompose } from './rules/needs-compose.js';
import { noFrom } from './rules/no-from.js';
import { noShell } from './rules/no-shell.js';
import { onbuildTrigger } from './rules/onbuild-trigger.js';
import { parserDirective } from './rules/parser-directive.js';
import { readOnlyRoot } from './rules/read-only-root.js';
import { remoteAdd } from './rules/remote-add.js';
import { remoteContext } from './rules/remote-context.js';
import { runNotRepeatable } from './rules/run-not-repeatable.js';
import { secondLiveCommand } from './rules/second-live-command.js';
import { stageName } from './rules/stage-name.js';
import { stageNumber } from './rules/stage-number.js';
import { stageReference } from './rules/stage-reference.js';
import { stepNotReplayable } from './rules/step-not-replayable.js';
import { targetStageDropped } from './rules/target-stage-dropped.js';
import { tooManyLayers } from './rules/too-many-layers.js';
import { unknownDirective } from './rules/unknown-directive.js';
import { unknownFlag } from './rules/unknown-flag.js';
import { unknownInstruction } from './rules/unknown-instruction.js';
import { unknownTarget } from './rules/unknown-target.js';
import { unterminatedHeredoc } from './rules/unterminated-heredoc.js';

const judging: readonly Rule[] = [
  badArgument,
  badMount,
  badSubstitution,
  buildContextMissing,
  buildFileUnreadable,
  composeWarning,
  containerNameTaken,
  copyHiddenByMount,
  copySourceIgnored,
  copySourceMissing,
  directiveContinuation,
  directiveHeredoc,
  directiveNotNeeded,
  dockerfileMissing,
  emptyBase,
  emptyDirective,
  entrypointShadowsLiveCommand,
  fromArguments,
  imageName,
  instructionBeforeFrom,
  jsonNotStrings,
  liveCommandNotNeeded,
  liveCommandWithEntrypoint,
  malformedDirective,
  misplacedDirective,
  missingArgument,
  misspeltStage,
  nameWithoutValue,
  needsCompose,
  noFrom,
  noShell,
  onbuildTrigger,
  parserDirective,
  readOnlyRoot,
  remoteAdd,
  remoteContext,
  runNotRepeatable,
  secondLiveCommand,
  stageName,
  stageNumber,
  stageReference,
  stepNotReplayable,
  targetStageDropped,
  unknownDirective,
  unknownFlag,
  unknownInstruction,
  unknownTarget,
  unterminatedHeredoc,
  tooManyLayers,
  lineTooLong,
];

/** All rules, in the order of their ids. */
export const rules: readonly Rule[] = [...judging, badIgnore(judging.map(({ id }) => id))].sort((a, b) =>
  a.id < b.id ? -1 : 1,
);
