/** The room that was open last, on this device. */

const key = (userId: string): string => `parlance-last-room ${userId}`;

export function lastRoom(userId: string): string | null {
  return localStorage.getItem(key(userId));
}

export function keepLastRoom(userId: string, room: string): void {
  localStorage.setItem(key(userId), room);
}
