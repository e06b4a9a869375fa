//! Why data cannot be fetched: with the cause and the remedy.

use std::path::PathBuf;

use crate::DataFileError;

/// The data could not be fetched.
#[derive(Debug, thiserror::Error)]
pub enum FetchError {
    /// The server cannot be reached.
    #[error(
        "cannot reach {url}: {cause}; check the network and the proxy settings, or download it elsewhere, \
         save it as {} and run the command again", archive.display()
    )]
    NoNetwork {
        /// The URL.
        url: String,
        /// Where the archive is looked for.
        archive: PathBuf,
        /// What happened.
        cause: String,
    },
    /// The server's certificate is of no trusted authority.
    #[error(
        "{url}: the server is not trusted ({cause}); behind a proxy that inspects connections, name the file with its \
         certificates in the variable {}, or download it elsewhere, save it as {} and run the command again",
        super::trust::VARIABLE, archive.display()
    )]
    Distrusted {
        /// The URL.
        url: String,
        /// Where the archive is looked for.
        archive: PathBuf,
        /// What is wrong with the server's certificate.
        cause: String,
    },
    /// The file of trusted certificates has none.
    #[error(
        "{}, which the variable {} names, holds no certificate in PEM; name another file, or unset the variable to trust \
         the certificate authorities of the web",
        file.display(), super::trust::VARIABLE
    )]
    NoCertificates {
        /// The file.
        file: PathBuf,
    },
    /// The server answers with something other than the file.
    #[error("{url}: the server answered {status}; check the URL, or try again later")]
    Status {
        /// The URL.
        url: String,
        /// Code and meaning.
        status: String,
    },
    /// Too many attempts in a row brought no new bytes.
    #[error(
        "{url}: the download stopped at {have} bytes ({cause}); they are kept in {}, \
         run the command again to resume",
        part.display()
    )]
    Cut {
        /// The URL.
        url: String,
        /// How many bytes are there.
        have: u64,
        /// Where they are.
        part: PathBuf,
        /// What happened last.
        cause: String,
    },
    /// The archive's checksum does not match.
    #[error(
        "the archive from {url} has the MD5 {actual} instead of {expected}; it was deleted, \
         run the command again to start over"
    )]
    Checksum {
        /// The URL.
        url: String,
        /// The publisher's MD5.
        expected: String,
        /// The MD5 of what came.
        actual: String,
    },
    /// The archive cannot be unpacked.
    #[error("{}: {cause}; delete it and run the command again", archive.display())]
    Archive {
        /// The archive.
        archive: PathBuf,
        /// What is wrong.
        cause: String,
    },
    /// The archive's checksum matches, but not that of a file in it.
    #[error("{}: {report}; delete the archive and run the command again", archive.display())]
    Content {
        /// The archive.
        archive: PathBuf,
        /// The first wrong file.
        report: String,
    },
    /// The archives are right, and what they hold is in its place, but something beside it changes what is read.
    #[error("the data were unpacked, but they cannot be used in {}: {report}; remove what does not belong to them, such \
             as a file classes.txt", dir.display())]
    Beside {
        /// The data folder.
        dir: PathBuf,
        /// What is wrong.
        report: String,
    },
    /// Another process is doing the same.
    #[error("another process is fetching into {}; wait until it has finished", dir.display())]
    Busy {
        /// The data folder.
        dir: PathBuf,
    },
    /// The file system refused something.
    #[error(transparent)]
    File(#[from] DataFileError),
}
