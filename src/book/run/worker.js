// The worker behind a lesson's terminal. It gets
//   { type: 'run', base, lesson: '41_four_words', args: ['--quick', '--seed', '3'] }      base: where lessons/41_four_words.js lies
// and answers with
//   { type: 'out', text }, { type: 'err', text }   as printed, with ANSI colours; progress rewrites its line: \r, then \x1b[K
//   { type: 'picture', name, svg }                 after the run, for each picture that it drew
//   { type: 'done', status, seconds }              what main returned; an exception's message has come as 'err', the status is then 1
//   { type: 'failed', message }                    the program could not be loaded, or it broke down
// To stop a run, terminate the worker.
import { run } from './lesson.js';

self.onmessage = async ({ data }) => {
  if (data.type !== 'run') return;
  const begin = performance.now();
  try {
    const address = new URL(`lessons/${data.lesson}.js`, new URL(data.base.replace(/\/?$/, '/'), self.location.href));
    const { default: factory } = await import(/* @vite-ignore */ address.href);
    const { status, pictures } = await run(factory, {
      args: data.args,
      out: (text) => self.postMessage({ type: 'out', text }),
      err: (text) => self.postMessage({ type: 'err', text }),
    });
    for (const picture of pictures) self.postMessage({ type: 'picture', ...picture });
    self.postMessage({ type: 'done', status, seconds: (performance.now() - begin) / 1000 });
  } catch (error) {
    self.postMessage({ type: 'failed', message: String(error?.message ?? error) });
  }
};
