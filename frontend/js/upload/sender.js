// Uppy with our upload API behind it: parts, lanes, pauses and tries are Uppy's.
import AwsS3 from "@uppy/aws-s3";
import Uppy from "@uppy/core";
import { call } from "./api.js";
import { forget, recall, remember } from "./memory.js";

const LANES = 3; // requests under way at once, over all files: more only makes a slow line slower
const DELAYS = [1000, 2000, 5000, 10000, 20000, 30000]; // ms before each new try of a part

const partSizes = new WeakMap(); // File -> bytes of a part; the server never says less than Uppy's 5 MiB
const addresses = new Map(); // upload id -> Map(part number -> where to send it)

function keep(upload, { parts }) {
  addresses.set(upload, new Map(parts.filter((part) => !part.done).map((part) => [part.number, part])));
}

async function listParts(file, { uploadId }) {
  const session = await call("GET", `/${uploadId}`);
  keep(uploadId, session);
  return session.parts.filter((part) => part.done).map(({ number, etag }) => ({ PartNumber: number, ETag: etag }));
}

// an address is used once: a second try of the part may find it run out, and asks for new ones
async function signPart(file, { uploadId, partNumber }) {
  if (!addresses.get(uploadId)?.has(partNumber)) keep(uploadId, await call("GET", `/${uploadId}`));
  const part = addresses.get(uploadId).get(partNumber);
  addresses.get(uploadId).delete(partNumber);
  return part;
}

const numbered = ({ PartNumber, ETag }) => ({ number: PartNumber, etag: ETag });
const completeMultipartUpload = (file, { uploadId, parts }) => call("POST", `/${uploadId}/complete`, { parts: parts.map(numbered) });

/** The session of a file that was begun before, or a new one: {id, part_size, parts}. */
async function open(file) {
  const upload = recall(file.id)?.upload;
  if (upload)
    try {
      return await call("GET", `/${upload}`);
    } catch (error) {
      if (![404, 410].includes(error.request?.status)) throw error;
      forget(file.id); // too old, or cleaned away: from the beginning
    }
  const session = await call("POST", "", { filename: file.name, size: file.size });
  remember(file, session.id);
  return session;
}

/** An Uppy that sends nothing by itself; `send` starts each file. */
export function makeSender() {
  return new Uppy().use(AwsS3, {
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
  return arrived(session, file.size);
}

/** Bytes of a file that the server has. */
export const arrived = ({ parts, part_size: size }, total) => Math.min(total, parts.filter((part) => part.done).length * size);

/** Takes a file back; the server forgets it by itself should this call be lost. */
export function takeBack(id, upload) {
  forget(id);
  if (upload) call("DELETE", `/${upload}`).catch(() => {});
}
