//! One file over HTTP, however often the connection breaks.
//!
//! The bytes received are kept, and the next attempt asks for the rest, in this run or a later one.

use std::fs::File;
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::thread::sleep;

use ureq::http::{Response, header};
use ureq::{Agent, Body};

use super::{FetchError, FetchProgress, Patience, trust};
use crate::DataFileError;

/// Why an attempt ended before the file was whole.
enum AttemptError {
    /// Trying again may help.
    Cut(String),
    /// It will not.
    Fatal(FetchError),
}

impl From<DataFileError> for AttemptError {
    fn from(error: DataFileError) -> AttemptError {
        AttemptError::Fatal(error.into())
    }
}

/// Completes `part` from `url`: the archive's path with `.part` after it, which may hold the beginning
/// from an earlier run.
pub(super) fn download(
    url: &str,
    part: &Path,
    patience: &Patience,
    progress: &mut dyn FnMut(FetchProgress),
) -> Result<(), FetchError> {
    let agent: Agent = Agent::config_builder()
        .http_status_as_error(false)
        .timeout_connect(Some(patience.connect))
        .timeout_per_read(Some(patience.silence))
        .tls_config(trust::config()?)
        .build()
        .into();
    let mut file = File::options()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(part)
        .map_err(DataFileError::when("open", part))?;
    let mut connected = false;
    let mut most = length(&file, part)?;
    let mut vain = 0;
    loop {
        let mut attempt = Attempt { agent: &agent, url, part, file: &mut file, connected: &mut connected };
        let cause = match attempt.run(progress) {
            Ok(()) => {
                return file.sync_all().map_err(|error| DataFileError::when("write", part)(error).into());
            }
            Err(AttemptError::Fatal(error)) => return Err(error),
            Err(AttemptError::Cut(cause)) => cause,
        };
        let have = length(&file, part)?;
        vain = if have > most { 1 } else { vain + 1 };
        most = most.max(have);
        if vain >= patience.attempts.max(1) {
            return Err(FetchError::Cut { url: url.to_owned(), have, part: part.to_path_buf(), cause });
        }
        let pause = patience.pause * 2u32.saturating_pow(vain - 1);
        progress(FetchProgress::Retrying { have, pause, cause: &cause });
        sleep(pause);
    }
}

/// One request and its answer.
struct Attempt<'a> {
    agent: &'a Agent,
    url: &'a str,
    part: &'a Path,
    file: &'a mut File,
    /// Whether the server has ever answered.
    connected: &'a mut bool,
}

impl Attempt<'_> {
    fn run(&mut self, progress: &mut dyn FnMut(FetchProgress)) -> Result<(), AttemptError> {
        let have = length(self.file, self.part)?;
        let mut request = self.agent.get(self.url);
        if have > 0 {
            request = request.header(header::RANGE, format!("bytes={have}-"));
        }
        let response = match request.call() {
            Ok(response) => response,
            Err(error) if *self.connected => return Err(AttemptError::Cut(error.to_string())),
            Err(error) => {
                let (url, cause) = (self.url.to_owned(), error.to_string());
                let archive = self.part.with_extension("");
                return Err(AttemptError::Fatal(match is_distrust(&cause) {
                    true => FetchError::Distrusted { url, archive, cause },
                    false => FetchError::NoNetwork { url, archive, cause },
                }));
            }
        };
        *self.connected = true;
        match response.status().as_u16() {
            200 => {
                let total = number(&response, header::CONTENT_LENGTH, |value| value.parse().ok());
                self.start_over()?;
                self.receive(response, 0, total, progress)
            }
            206 => {
                let range = number(&response, header::CONTENT_RANGE, content_range);
                match range {
                    Some((start, total)) if start == have => self.receive(response, have, total, progress),
                    _ => {
                        self.start_over()?;
                        Err(AttemptError::Cut("the server sent another range than was requested".to_owned()))
                    }
                }
            }
            // There are no bytes after those received: either they are all, or they are of another file.
            416 if number(&response, header::CONTENT_RANGE, unsatisfied_total) == Some(have) => Ok(()),
            416 => {
                self.start_over()?;
                Err(AttemptError::Cut(
                    "the partial download does not match the file on the server".to_owned(),
                ))
            }
            408 | 429 | 500..=599 => {
                Err(AttemptError::Cut(format!("the server answered {}", response.status())))
            }
            _ => {
                let status = response.status().to_string();
                Err(AttemptError::Fatal(FetchError::Status { url: self.url.to_owned(), status }))
            }
        }
    }

    /// Appends the body to the file, which holds `have` bytes and should end with `total`.
    fn receive(
        &mut self,
        response: Response<Body>,
        mut have: u64,
        total: Option<u64>,
        progress: &mut dyn FnMut(FetchProgress),
    ) -> Result<(), AttemptError> {
        self.file.seek(SeekFrom::Start(have)).map_err(DataFileError::when("write", self.part))?;
        let mut body = response.into_body().into_reader();
        let mut piece = vec![0; 1 << 16];
        loop {
            progress(FetchProgress::Downloading { have, total });
            let count = match body.read(&mut piece) {
                Ok(0) => break,
                Ok(count) => count,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => return Err(AttemptError::Cut(error.to_string())),
            };
            self.file.write_all(&piece[..count]).map_err(DataFileError::when("write", self.part))?;
            have += count as u64;
        }
        match total {
            Some(total) if have < total => {
                Err(AttemptError::Cut(format!("the connection closed after {have} of {total} bytes")))
            }
            _ => Ok(()),
        }
    }

    fn start_over(&mut self) -> Result<(), DataFileError> {
        self.file.set_len(0).map_err(DataFileError::when("empty", self.part))
    }
}

/// Whether a connection failed because the server's certificate is not trusted.
fn is_distrust(cause: &str) -> bool {
    cause.contains("certificate")
}

fn length(file: &File, part: &Path) -> Result<u64, DataFileError> {
    Ok(file.metadata().map_err(DataFileError::when("read", part))?.len())
}

/// What a header says, if it is there and understood.
fn number<T>(
    response: &Response<Body>,
    name: header::HeaderName,
    parse: impl Fn(&str) -> Option<T>,
) -> Option<T> {
    response.headers().get(name)?.to_str().ok().and_then(parse)
}

/// `bytes 100-199/200`: the first byte's position and, unless it is `*`, the whole length.
fn content_range(value: &str) -> Option<(u64, Option<u64>)> {
    let (range, total) = value.strip_prefix("bytes ")?.split_once('/')?;
    let (start, _) = range.split_once('-')?;
    Some((start.parse().ok()?, total.parse().ok()))
}

/// `bytes */200`: the whole length.
fn unsatisfied_total(value: &str) -> Option<u64> {
    value.strip_prefix("bytes */")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_servers_write_them() {
        assert_eq!(content_range("bytes 100-199/200"), Some((100, Some(200))));
        assert_eq!(content_range("bytes 0-9/*"), Some((0, None)));
        assert_eq!(content_range("pages 1-2/3"), None);
        assert_eq!(unsatisfied_total("bytes */200"), Some(200));
        assert_eq!(unsatisfied_total("bytes */*"), None);
    }
}
