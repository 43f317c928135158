import { Command, Option } from 'clipanion';
import type { RenderedDockerfile } from '../../inspect/render-live.js';
import { InspectCommand } from '../inspect-command.js';

/** `render [SERVICE…]`: the live Dockerfiles. */
export class RenderCommand extends InspectCommand {
  static override paths = [['render']];
  static override usage = Command.Usage({
    description: 'Print the live Dockerfiles of services',
    details:
      'What live mode builds: each directive in its place, without what the live command leaves out. The text of one ' +
      'service is a Dockerfile as it is; each of several has a comment with its service in front. Needs no engine.',
  });
  static synopsis = '[SERVICE...]';
  static override args = 'built-services' as const;

  services = Option.Rest();
  lineNumbers = Option.Boolean('--line-numbers', false, {
    description: 'Say in comments in which lines of the Dockerfile the instructions stand',
  });

  async execute(): Promise<number> {
    const { services, lineNumbers } = this;
    const options = { ...(await this.projectOptions()), services, lineNumbers };
    const { renderLive } = await import('../../inspect/render-live.js');
    const { dockerfiles, diagnostics } = await this.inspect((context) => renderLive(options, context));
    const [only, ...more] = dockerfiles;
    this.context.stdout.write(only && more.length === 0 ? only.text : dockerfiles.map(withHeading).join('\n'));
    return this.report(diagnostics);
  }
}

function withHeading({ service, file, target, text }: RenderedDockerfile): string {
  const built = target === undefined ? '' : `, target ${target}`;
  return `# service ${service}: ${file}${built}\n\n${text.replace(/\n?$/, '\n')}`;
}
