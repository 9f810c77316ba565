import { ConfigError } from './config.js';

const REMEDIES: Record<string, string> = {
  EEXIST: 'Set ONEFOLD_DIR to a folder: this is a file.',
  ENOTDIR: 'Set ONEFOLD_DIR to a folder: a part of this path is a file.',
  EROFS: 'Set ONEFOLD_DIR to a folder that can be written to: this file system is read-only.',
  EACCES: 'Start Onefold as the user who owns the folder, or set ONEFOLD_DIR to another one.',
  EPERM: 'Start Onefold as the user who owns the folder, or set ONEFOLD_DIR to another one.',
  ENOSPC: 'Free some space on that disk, or set ONEFOLD_DIR to a folder on another one.',
};

/** Why the embedded mode cannot use its folder, and what to do. */
export function explainFolder(directory: string) {
  return (error: NodeJS.ErrnoException): never => {
    const remedy = REMEDIES[error.code ?? ''];
    throw new ConfigError(remedy ? `${directory}: ${error.message}. ${remedy}` : error.message, {
      cause: error,
    });
  };
}
