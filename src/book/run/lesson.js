// A lesson's program in WebAssembly, run as a terminal would run it: in a worker of the browser, or under node for the tests.

// run(factory, { args, out, err, colours }, module) -> { status, pictures: [{ name, svg }] }
//   factory  what the lesson's .js exports
//   args     as on the command line; without --out and --break, the pictures are drawn as well
//   out, err called with each piece of text as it is printed; with `colours`, what a terminal of 24-bit colours would get
//   module   settings for emscripten, such as wasmBinary
// Throws what is no answer of the program: a failed download, a trap, no more memory.
export async function run(factory, { args, out, err, colours = true }, module = {}) {
  const has = (option) => args.some((arg) => arg === option || arg.startsWith(option + '='));
  const all = has('--out') || has('--break') || has('--help') ? args : [...args, '--out', 'pictures'];

  let status;
  module.thisProgram = './lesson';
  module.onExit = (code) => { status = code; };
  module.preRun = [() => Object.assign(module.ENV, { COLORTERM: 'truecolor', QKV_THREADS: '1' })];
  await factory(module);
  // Emscripten's own terminal waits for the end of a line, and progress has none. So whole pieces are taken, before they reach it.
  const ends = [[1, out], [2, err]].map(([file, take]) => {
    const stream = module.FS.streams[file], decoder = new TextDecoder();
    stream.tty = colours;  // what isatty() says
    stream.stream_ops = {
      ...stream.stream_ops,
      close() {},
      write(_, bytes, offset, length) {
        take(decoder.decode(bytes.slice(offset, offset + length), { stream: true }));
        return length;
      },
    };
    return () => {
      const cut = decoder.decode();  // a character that never ended
      if (cut) take(cut);
    };
  });
  const returned = module.callMain(all);
  ends.forEach((end) => end());
  return { status: status ?? returned, pictures: picturesIn(module.FS, folder(all)) };
}

function folder(args) {
  const place = args.findIndex((arg) => arg === '--out' || arg.startsWith('--out='));
  if (place < 0) return null;
  return args[place] === '--out' ? args[place + 1] : args[place].slice('--out='.length);
}

function picturesIn(FS, path) {
  if (path === null || !FS.analyzePath(path).exists) return [];
  return FS.readdir(path).filter((name) => name.endsWith('.svg')).sort()
    .map((name) => ({ name, svg: FS.readFile(`${path}/${name}`, { encoding: 'utf8' }) }));
}
