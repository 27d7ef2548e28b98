/**
 * One instance of a service as JSON, as Curator writes it.
 * Source: Curator ServiceInstance, JsonInstanceSerializer.
 */

import { utf8Decode } from '../base/utf8.ts';
import type { JsonValue } from '../client/trace.ts';

export type ServiceType = 'DYNAMIC' | 'STATIC' | 'PERMANENT';

/** A name and an id are parts of a path. */
export interface ServiceInstance {
  readonly name: string;
  readonly id: string;
  readonly address: string;
  readonly port: number | null;
  readonly payload: JsonValue;
  readonly serviceType: ServiceType;
  /** ms since 1970. */
  readonly registrationTimeUTC: number;
}

export function encodeInstance(instance: ServiceInstance): string {
  const { name, id, address, port, payload, registrationTimeUTC, serviceType } = instance;
  return JSON.stringify({
    name,
    id,
    address,
    port,
    sslPort: null,
    payload,
    registrationTimeUTC,
    serviceType,
    uriSpec: null,
  });
}

/** Null for what is no instance. */
export function decodeInstance(data: Uint8Array | null): ServiceInstance | null {
  let value: unknown;
  try {
    value = JSON.parse(data === null ? '' : utf8Decode(data));
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null) return null;
  const { name, id, address, port, payload, serviceType, registrationTimeUTC } = value as Readonly<
    Record<string, JsonValue>
  >;
  if (typeof name !== 'string' || typeof id !== 'string') return null;
  return {
    name,
    id,
    address: typeof address === 'string' ? address : '',
    port: typeof port === 'number' ? port : null,
    payload: payload ?? null,
    serviceType: serviceType === 'STATIC' || serviceType === 'PERMANENT' ? serviceType : 'DYNAMIC',
    registrationTimeUTC: typeof registrationTimeUTC === 'number' ? registrationTimeUTC : 0,
  };
}
