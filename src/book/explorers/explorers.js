// The explorers' engine: explorers.cpp in WebAssembly, as JavaScript functions.
//   const qkv = await load(base);                                  base: the folder of explorers.js and explorers.wasm, build/wasm
//   qkv.softmax({ scores: [2, 1, 0], temperature: 1 })             -> { weights: [...], entropy, perplexity }
// Each takes an object and returns one: explorers.cpp says which, above each function. What is wrong with the arguments is thrown as an Error.
export async function load(base, module = {}) {
  const address = new URL('explorers.js', new URL(base.replace(/\/?$/, '/'), globalThis.location?.href ?? import.meta.url));
  const { default: factory } = await import(/* @vite-ignore */ address.href);
  const engine = await factory(module);
  const call = (name, given) => {
    const result = JSON.parse(engine.ccall('explore', 'string', ['string', 'string'], [name, JSON.stringify(given)]));
    if (result.error !== undefined) throw new Error(result.error);
    return result;
  };
  return Object.fromEntries(call('names', {}).names.map((name) => [name, (given = {}) => call(name, given)]));
}
