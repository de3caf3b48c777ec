"""The two scripts the browser is given: one in every document before anything else, one in the page that asks."""

from __future__ import annotations

IN_EVERY_DOCUMENT = r"""
() => {
  const seen = [];
  addEventListener('securitypolicyviolation', event => seen.push({
    disposition: event.disposition, directive: event.effectiveDirective, uri: event.blockedURI,
  }), true);
  if (document.documentURI.startsWith('about:')) return;
  let task;
  try { task = JSON.parse(window.name); } catch (error) { return; }
  if (window === window.top || !task || !task.kind || !/[?&]live=\d/.test(location.search)) return;
  let loaded = '';
  for (const type of ['load', 'error']) addEventListener(type, event => {
    if (event.target !== window && event.target !== document) loaded = type;
  }, true);
  const sleep = ms => new Promise(done => setTimeout(done, ms));
  const settled = (object, ...types) => Promise.race([
    new Promise(done => types.forEach(type => object.addEventListener(type, done))), sleep(1500)]);
  const insert = (name, attributes) => {
    const element = document.createElement(name);
    Object.assign(element, attributes);
    const waiting = settled(element, 'load', 'error');
    document.documentElement.append(element);
    return waiting;
  };
  const target = () => document.getElementById('target');
  const blob = type => URL.createObjectURL(new Blob([''], {type}));
  const acts = {
    'dynamic-script': () => insert('script', {src: task.url, ...(task.nonce && {nonce: task.nonce}),
      ...(task.integrity && {integrity: task.integrity})}),
    'dynamic-inline-script': () => {
      const script = document.createElement('script');
      if (task.nonce) script.nonce = task.nonce;
      script.textContent = task.content;
      document.documentElement.append(script);
    },
    'event-handler': () => target().click(),
    'javascript-url': () => { target().click(); return sleep(80); },
    'form': () => { target().submit(); return sleep(80); },
    'eval': () => eval('1'),
    'wasm': () => WebAssembly.compile(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])).catch(() => 0),
    'worker': () => { const made = new Worker(task.url); return settled(made, 'error'); },
    'blob-worker': () => { const made = new Worker(blob('text/javascript')); return settled(made, 'error'); },
    'font': () => new FontFace('x', `url("${task.url}")`).load().catch(() => 0),
    'connect': () => fetch(task.url, {mode: 'no-cors'}).catch(() => 0),
    'beacon': () => { navigator.sendBeacon(task.url, 'x'); return sleep(60); },
    'eventsource': () => {
      const source = new EventSource(task.url);
      return settled(source, 'error', 'open').then(() => source.close());
    },
    'ws': () => { const socket = new WebSocket(task.url); return settled(socket, 'error', 'close', 'open'); },
    'prefetch': () => insert('link', {rel: 'prefetch', href: task.url}),
    'frame': () => task.url.startsWith('blob:') && insert('iframe', {src: blob('text/html')}),
    'img': () => task.url.startsWith('blob:') && insert('img', {src: blob('image/gif')}),
  };
  const quick = new Set(['worker', 'blob-worker']);
  const run = async () => {
    let thrown = '';
    try {
      const acting = acts[task.kind] ? acts[task.kind]() : 0;
      await (quick.has(task.kind) ? Promise.race([acting, sleep(60)]) : acting);
    } catch (error) { thrown = String(error); }
    await sleep(task.wait);
    parent.postMessage({events: seen, thrown, loaded}, '*');
  };
  if (document.readyState === 'complete') run(); else addEventListener('load', run);
}
"""

ASK = r"""
async (jobs, limit) => {
  const answers = new Array(jobs.length);
  let next = 0;
  const one = index => new Promise(done => {
    const frame = document.createElement('iframe');
    const finish = value => {
      clearTimeout(timer); removeEventListener('message', hear); frame.remove(); answers[index] = value; done();
    };
    const hear = event => { if (event.source === frame.contentWindow) finish(event.data); };
    const timer = setTimeout(() => finish(null), 8000);
    addEventListener('message', hear);
    frame.name = jobs[index].task;
    frame.src = jobs[index].url;
    document.body.append(frame);
  });
  const work = async () => { while (next < jobs.length) await one(next++); };
  await Promise.all(Array.from({length: limit}, work));
  return answers;
}
"""
