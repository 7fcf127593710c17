/** The room that was open last, on this device. */

export function lastRoom(userId: string): string | null {
  return localStorage.getItem(`parlance-last-room ${userId}`);
}

export function keepLastRoom(userId: string, room: string): void {
  localStorage.setItem(`parlance-last-room ${userId}`, room);
}
