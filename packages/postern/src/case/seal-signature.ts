import { createPrivateKey, createPublicKey, sign, verify, type KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";
import { messageOf, PosternError } from "../core/index.ts";

/** Signs bytes with an Ed25519 key (RFC 8032); 64 bytes. @param keyFile PEM, PKCS #8, without a passphrase @throws PosternError USAGE */
export function signBytes(bytes: Uint8Array, keyFile: string): Uint8Array {
  return sign(null, bytes, readKey(keyFile, createPrivateKey, "private"));
}

/** Compares a signature with bytes. @param keyFile PEM with the public key @throws PosternError USAGE for a file that is no such key */
export function verifyBytes(bytes: Uint8Array, signature: Uint8Array, keyFile: string): boolean {
  return verify(null, bytes, readKey(keyFile, createPublicKey, "public"), signature);
}

function readKey(file: string, create: (pem: string) => KeyObject, which: string): KeyObject {
  const advice = `openssl genpkey -algorithm ed25519 -out key.pem makes one, openssl pkey -in key.pem -pubout -out key.pub its public half`;
  try {
    const pem = readFileSync(file, "utf8");
    // From a private key the public one could be made, too: whoever checks should not have it.
    if (which === "public" && pem.includes("PRIVATE KEY"))
      throw new Error("it holds a private key: keep that one away from whoever checks");
    const key = create(pem);
    if (key.asymmetricKeyType !== "ed25519")
      throw new Error(`it is a key for ${key.asymmetricKeyType ?? "something else"}`);
    return key;
  } catch (thrown) {
    const message = `${file} is no ${which} Ed25519 key without a passphrase, in PEM form (${messageOf(thrown)}); ${advice}`;
    throw new PosternError("USAGE", message, { file }, thrown);
  }
}
