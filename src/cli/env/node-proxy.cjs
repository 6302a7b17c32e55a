// Sends the TLS connections of a Node program through the proxy that HTTPS_PROXY names, as curl and Python do by
// themselves. Written by `mock-defender env`, loaded by NODE_OPTIONS=--require; no packages needed.
//
// Node up to 22.20 and 24.4 reads no proxy variables at all, and later ones only with NODE_USE_ENV_PROXY=1: `fetch`,
// `https`, msal-node and axios would else ask the real cloud. All of them open connections by `tls.connect`, so that is
// what is replaced. A connection that already has a socket under it (of a proxy agent, or of Node's own support) is left
// alone, and so are local hosts and those that NO_PROXY names. If the proxy says no, the connection fails: it never
// goes around it.
"use strict";

const net = require("node:net");
const tls = require("node:tls");
const { Duplex } = require("node:stream");

const read = (name) => process.env[name.toLowerCase()] || process.env[name] || "";

function proxy() {
  const text = read("HTTPS_PROXY") || read("ALL_PROXY");
  if (!text) return null;
  try {
    return new URL(text.includes("://") ? text : `http://${text}`);
  } catch {
    throw new Error(`HTTPS_PROXY is no URL: ${text}`);
  }
}

function bypassed(host) {
  const bare = host.replace(/^\[|\]$/g, "").toLowerCase();
  if (bare === "localhost" || bare.endsWith(".localhost") || bare === "::1" || bare.startsWith("127.")) return true;
  return read("NO_PROXY").split(",").some((entry) => {
    const name = entry.trim().toLowerCase().replace(/:\d+$/, "").replace(/^\*?\./, "");
    return name === "*" || (name !== "" && (bare === name || bare.endsWith(`.${name}`)));
  });
}

// A byte stream through a tunnel that is opened first: RFC 9110, section 9.3.6.
class Tunnel extends Duplex {
  constructor(proxy, host, port) {
    super();
    const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
    const names = proxy.username || proxy.password;
    const pair = `${decodeURIComponent(proxy.username)}:${decodeURIComponent(proxy.password)}`;
    const authorization = names ? `Proxy-Authorization: Basic ${Buffer.from(pair).toString("base64")}\r\n` : "";
    const at = { host: proxy.hostname.replace(/^\[|\]$/g, ""), port: Number(proxy.port) || 80 };
    const agent = `node/${process.versions.node}`;
    this.ready = false;
    this.head = Buffer.alloc(0);
    this.waiting = null;
    this.socket = net.connect(at, () => {
      this.socket.write(
        `CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\nUser-Agent: ${agent}\r\n${authorization}\r\n`,
      );
    });
    this.socket.setNoDelay(true);
    this.socket.on("data", (bytes) => this.came(bytes));
    this.socket.on("end", () => {
      if (this.ready) this.push(null);
      else this.destroy(new Error(`the proxy ${proxy.host} closed the connection to ${target}`));
    });
    this.socket.on("error", (error) => this.destroy(error));
    this.socket.on("close", () => this.destroy());
  }

  came(bytes) {
    if (this.ready) {
      if (!this.push(bytes)) this.socket.pause();
      return;
    }
    this.head = Buffer.concat([this.head, bytes]);
    const end = this.head.indexOf("\r\n\r\n");
    if (end < 0) return;
    const [status] = this.head.toString("latin1", 0, end).split("\r\n", 1);
    if (!/^HTTP\/1\.[01] 2\d\d/.test(status)) {
      this.destroy(new Error(`the proxy refused the tunnel: ${status}`));
      return;
    }
    const rest = this.head.subarray(end + 4);
    this.ready = true;
    if (rest.length > 0) this.push(rest);
    const waiting = this.waiting;
    this.waiting = null;
    if (waiting) waiting();
  }

  _read() {
    this.socket.resume();
  }

  _write(bytes, encoding, done) {
    const write = () => this.socket.write(bytes, encoding, done);
    if (this.ready) write();
    else this.waiting = write;
  }

  _final(done) {
    this.socket.end(done);
  }

  _destroy(error, done) {
    this.socket.destroy();
    done(error);
  }
}

const direct = tls.connect;

// The forms of `tls.connect`: (options), (port, host, options), (path, options); a listener may come last.
tls.connect = function connect(...given) {
  const listener = typeof given.at(-1) === "function" ? given.at(-1) : undefined;
  const options = Object.assign({}, ...given.filter((one) => one !== null && typeof one === "object"));
  if (["number", "string"].includes(typeof given[0]) && /^\d+$/.test(given[0])) options.port = Number(given[0]);
  if (typeof given[0] !== "object" && typeof given[1] === "string") options.host = given[1];
  const host = options.host || options.hostname || "localhost";
  const isPath = options.path && !options.port;
  const through = options.socket || isPath || !options.port || bypassed(host) ? null : proxy();
  if (!through) return direct.apply(this, given);
  const servername = options.servername || (net.isIP(host) ? "" : host);
  const socket = new Tunnel(through, host, options.port);
  const secured = direct.call(this, { ...options, servername, socket }, listener);
  // An idle connection must not keep the program from ending: what counts is the socket below.
  for (const name of ["ref", "unref"]) {
    const own = secured[name];
    secured[name] = function (...nothing) {
      socket.socket[name]();
      return own.apply(this, nothing);
    };
  }
  return secured;
};
