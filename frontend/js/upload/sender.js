// Uppy with our upload API behind it: parts, lanes, pauses and tries are Uppy's.
import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";
import { call, Refused } from "./api.js";
import { forget, recall, remember } from "./memory.js";

const LANES = 3; // requests under way at once, over all files: more only makes a slow line slower
const DELAYS = [1000, 2000, 5000, 10000, 20000, 30000]; // ms before each new try of a part

const SILENT = { debug() {}, warn() {}, error() {} }; // what goes wrong is said in the row, in Vietnamese
const FRESH = 10 * 60 * 1000; // ms an address is trusted; the server's last longer

const partSizes = new WeakMap(); // File -> bytes of a part; the server never says less than Uppy's 5 MiB
const addresses = new Map(); // upload id -> {until, parts: Map(part number -> where to send it)}

async function ask(upload) {
  const session = await call("GET", `/${upload}`);
  addresses.set(upload, { until: Date.now() + FRESH, parts: new Map(session.parts.map((part) => [part.number, part])) });
  return session;
}

async function listParts(file, { uploadId }) {
  const { state, size, part_size: each, received } = await ask(uploadId);
  // put together already, only the answer was lost: whatever etags, the server says it again
  const parts = state === "completed" ? Array.from({ length: Math.ceil(size / each) }, (_, at) => ({ number: at + 1, etag: state })) : received;
  return parts.map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
}

// an address is used once and soon: one that ran out is refused for good
async function signPart(file, { uploadId, partNumber }) {
  const known = addresses.get(uploadId);
  if (!known?.parts.has(partNumber) || known.until < Date.now()) await ask(uploadId);
  const { parts } = addresses.get(uploadId);
  const part = parts.get(partNumber);
  parts.delete(partNumber);
  return part;
}

async function completeMultipartUpload(file, { uploadId, parts }) {
  const answer = await call("POST", `/${uploadId}/complete`, { parts: parts.map(({ PartNumber, ETag }) => ({ number: PartNumber, etag: ETag })) });
  if (answer.file.state === "quarantined") throw new Refused(answer.file.message);
  return answer;
}

/** An earlier upload, or null when it is too old, given up or another person's. */
export async function find(upload) {
  try {
    const session = await call("GET", `/${upload}`);
    return ["open", "completed"].includes(session.state) ? session : null;
  } catch (error) {
    if (![403, 404, 410].includes(error.request?.status)) throw error;
    return null;
  }
}

/** The session of a file that was begun before, or a new one: {id, part_size, parts, received}. */
async function open(file) {
  const upload = recall(file.id)?.upload;
  const begun = upload && (await find(upload));
  if (begun) return begun;
  const session = await call("POST", "", { filename: file.name, size: file.size });
  remember(file, session.id);
  return session;
}

/** An Uppy that sends nothing by itself; `send` starts each file. */
export function makeSender() {
  return new Uppy({ logger: SILENT }).use(AwsS3, {
    limit: LANES,
    retryDelays: DELAYS,
    shouldUseMultipart: true,
    getChunkSize: (data) => partSizes.get(data),
    createMultipartUpload: (file) => file.s3Multipart, // `send` has opened it already
    listParts,
    signPart,
    completeMultipartUpload,
    abortMultipartUpload: async () => {}, // whoever removes a file tells the server, sending or not
  });
}

/**
 * Starts a file, or goes on after a failure or a reload. Resolves when the bytes begin to
 * flow, to how many are there already; throws when the server would not open the upload.
 * Uppy would start only new files together, so each goes by `retryUpload`.
 */
export async function send(uppy, id) {
  const session = await open(uppy.getFile(id));
  const file = uppy.getFile(id);
  if (!file) return call("DELETE", `/${session.id}`).catch(() => {}).then(() => forget(id)); // removed meanwhile
  partSizes.set(file.data, session.part_size);
  uppy.setFileState(id, { s3Multipart: { uploadId: session.id, key: session.id } });
  uppy.retryUpload(id).catch(() => {}); // said by `upload-error`
  return arrived(session);
}

/** Bytes of a file that the server has. */
export const arrived = ({ state, size, received }) => (state === "completed" ? size : received.reduce((sum, part) => sum + part.size, 0));

/** Takes a file back; the server forgets it by itself should this call be lost. */
export function takeBack(id, upload) {
  forget(id);
  if (upload) call("DELETE", `/${upload}`).catch(() => {});
}
