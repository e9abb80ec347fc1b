// Runs in a page of another origin: sends every kind of request that a page can send to each
// address and collects those whose answers it could read. Sets window.read when all have ended.
function attack(addresses) {
  const read = [];
  const seen = (kind, address) => read.push(kind + ' ' + address);
  const bounded = promise =>
    Promise.race([promise, new Promise(end => setTimeout(end, 8000))]).catch(() => {});

  function fetched(address, mode, method) {
    const body = method === 'POST' ? '{"a":1}' : undefined;
    return fetch(address, {method, mode, body, credentials: 'include'}).then(answer => {
      if (answer.type !== 'opaque') {
        seen('fetch ' + mode, address);
      }
    });
  }

  function json(address) {
    const headers = {'content-type': 'application/json', 'x-amz-invocation-type': 'Event'};
    return fetch(address, {method: 'POST', headers, body: '{}'}).then(() => seen('json', address));
  }

  function requested(address) {
    return new Promise(end => {
      const request = new XMLHttpRequest();
      request.onload = () => seen('xhr', address);
      request.onloadend = end;
      request.open('POST', address);
      request.send('{}');
    });
  }

  function element(tag, attribute, address) {
    return new Promise(end => {
      const node = document.createElement(tag);
      node.onload = () => {
        if (tag !== 'iframe' || node.contentDocument) {
          seen(tag, address);
        }
        end();
      };
      node.onerror = end;
      node.rel = 'stylesheet';
      node[attribute] = address;
      document.body.append(node);
    });
  }

  function submitted(address, type) {
    return new Promise(end => {
      const frame = document.createElement('iframe');
      frame.name = 'frame' + Math.random();
      document.body.append(frame);
      const form = document.createElement('form');
      form.method = 'POST';
      form.action = address;
      form.enctype = type;
      form.target = frame.name;
      form.innerHTML = '<input name=\'{"a":"\' value=\'"}\'>';
      document.body.append(form);
      frame.onload = end;
      form.submit();
    });
  }

  function opened(Type, address) {
    return new Promise(end => {
      const stream = new Type(address);
      stream.onopen = () => {
        seen(Type.name, address);
        end();
      };
      stream.onerror = end;
    });
  }

  const all = addresses.flatMap(address => [
    ...['no-cors', 'cors', 'same-origin', 'navigate'].flatMap(mode =>
      ['GET', 'POST'].map(method => fetched(address, mode, method))),
    json(address),
    requested(address),
    element('img', 'src', address),
    element('script', 'src', address),
    element('link', 'href', address),
    element('iframe', 'src', address),
    element('video', 'src', address),
    submitted(address, 'text/plain'),
    submitted(address, 'application/x-www-form-urlencoded'),
    submitted(address, 'multipart/form-data'),
    opened(WebSocket, address.replace('http:', 'ws:')),
    opened(EventSource, address),
    Promise.resolve(navigator.sendBeacon(address, '{}'))
  ]);
  Promise.all(all.map(bounded)).then(() => (window.read = read));
}
