//! What helps against an error of the system, from its cause: one list for all files.

use std::io;

use crate::regular_file::Unusable;

/// What to do about `cause`, to follow "cannot read FILE: CAUSE; ". It never advises to delete anything: that a file
/// cannot be read or written now says nothing about what is in it.
pub fn remedy(cause: &io::Error) -> &'static str {
    use io::ErrorKind::*;
    match Unusable::of(cause) {
        Some(Unusable::Link) => return "put the file itself in its place",
        Some(Unusable::TooLarge { .. }) => return "put the right file in its place; nothing was removed",
        Some(Unusable::Directory | Unusable::Endless) | None => {}
    }
    match cause.raw_os_error() {
        Some(libc::EMFILE | libc::ENFILE) => {
            return "too many files are open: raise the limit (ulimit -n) or run fewer trials at once, then run the \
                    same command again";
        }
        Some(libc::EIO) => {
            return "the disk or the connection to it failed: check it, then run the same command again; nothing was \
                    removed";
        }
        Some(libc::ENOLCK | libc::EOPNOTSUPP) => {
            return "this file system cannot lock files: choose a folder on another one";
        }
        _ => {}
    }
    match cause.kind() {
        StorageFull | QuotaExceeded => {
            "free some space or choose another folder; what was written before is kept"
        }
        FileTooLarge => {
            "a file may not be as large here: raise the limit (ulimit -f) or choose another file system; what was \
             written before is kept"
        }
        PermissionDenied | ReadOnlyFilesystem => {
            "give yourself access to it or choose another folder; nothing was removed"
        }
        StaleNetworkFileHandle | TimedOut | HostUnreachable | NetworkUnreachable | ConnectionReset => {
            "the file server does not answer as before: run the same command again when it does; nothing was removed"
        }
        WouldBlock | ResourceBusy | Deadlock | ExecutableFileBusy => {
            "another process has it: run the same command again when that one is done"
        }
        OutOfMemory => {
            "there is too little memory: run fewer trials at once; what was written before is kept"
        }
        InvalidInput | IsADirectory | NotADirectory => "check that it is an ordinary file",
        NotFound => {
            "its folder does not exist (any more): create it or name another; nothing else was touched"
        }
        _ => "what was written before is kept",
    }
}

/// Whether `cause` says that what should be there is not, or is no file: all other causes say nothing about that, nor
/// does a link, behind which the file may be, or a file that is too large to be read.
pub fn is_absence(cause: &io::Error) -> bool {
    use io::ErrorKind::*;
    let is_no_file = matches!(Unusable::of(cause), Some(Unusable::Directory | Unusable::Endless));
    is_no_file || matches!(cause.kind(), NotFound | NotADirectory | IsADirectory)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn causes_have_remedies_of_their_own() {
        let said = |code| remedy(&io::Error::from_raw_os_error(code));
        let cases = [
            (libc::EACCES, "access"),
            (libc::EPERM, "access"),
            (libc::EROFS, "access"),
            (libc::EIO, "disk"),
            (libc::EMFILE, "ulimit -n"),
            (libc::ENFILE, "ulimit -n"),
            (libc::ESTALE, "file server"),
            (libc::EAGAIN, "another process"),
            (libc::ENOLCK, "cannot lock"),
            (libc::ENOSPC, "free some space"),
            (libc::EDQUOT, "free some space"),
            (libc::EFBIG, "ulimit -f"),
            (libc::ENOMEM, "memory"),
            (libc::ENOENT, "does not exist"),
            (libc::EINVAL, "check that it is an ordinary file"),
        ];
        for (code, words) in cases {
            assert!(said(code).contains(words), "{code}: {}", said(code));
            assert!(!said(code).contains("delete"), "{code}");
            let absent = code == libc::ENOENT;
            assert_eq!(is_absence(&io::Error::from_raw_os_error(code)), absent, "{code}");
        }
        let unusable = [
            (Unusable::Link, "the file itself", false),
            (Unusable::TooLarge { length: 2, most: 1 }, "the right file", false),
            (Unusable::Directory, "check that it is an ordinary file", true),
            (Unusable::Endless, "check that it is an ordinary file", true),
        ];
        for (why, words, absent) in unusable {
            let cause = io::Error::from(why);
            assert!(remedy(&cause).contains(words) && !remedy(&cause).contains("delete"), "{cause}");
            assert_eq!(is_absence(&cause), absent, "{cause}");
        }
    }
}
