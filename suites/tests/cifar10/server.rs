//! A small HTTP server with faults on demand: some files, one answer per connection.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

/// How one request is answered.
#[derive(Debug, Clone, Copy)]
pub enum Answer {
    /// As it should be, ranges included.
    Whole,
    /// As it should be, but the connection closes after so many bytes of the body.
    Cut(usize),
    /// As it should be, but nothing comes after so many bytes of the body.
    Stall(usize),
    /// With the whole file, whatever range was asked for.
    IgnoreRange,
    /// With a file of the same length and other content.
    WrongBytes,
    /// With this status and nothing else.
    Status(u16),
}

/// The server; its thread ends with the test's process.
pub struct Server {
    port: u16,
    ranges: Arc<Mutex<Vec<Option<u64>>>>,
}

impl Server {
    /// Serves `files`, each by its name at the end of an address, with these answers in turn, the last one for ever.
    pub fn start(files: Vec<(String, Vec<u8>)>, answers: &[Answer]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let ranges = Arc::new(Mutex::new(Vec::new()));
        let (seen, answers) = (ranges.clone(), answers.to_vec());
        thread::spawn(move || {
            for (i, stream) in listener.incoming().enumerate() {
                let answer = answers[i.min(answers.len() - 1)];
                let mut stream = stream.unwrap();
                let (path, range) = asked(&stream);
                let file = files.iter().find(|(name, _)| path.ends_with(name));
                let (_, file) = file.unwrap_or_else(|| panic!("{path} is not served"));
                seen.lock().unwrap().push(range);
                // A client that leaves early is part of the test.
                let _ = reply(&mut stream, file, range, answer);
                if matches!(answer, Answer::Stall(_)) {
                    thread::spawn(move || {
                        thread::sleep(Duration::from_secs(10));
                        drop(stream);
                    });
                }
            }
        });
        Server { port, ranges }
    }

    /// What the addresses of its files begin with.
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// For each request, the byte from which it asked.
    pub fn ranges(&self) -> Vec<Option<u64>> {
        self.ranges.lock().unwrap().clone()
    }
}

/// The path that is asked for, and from which byte on.
pub fn asked(stream: impl Read) -> (String, Option<u64>) {
    let (mut path, mut range) = (String::new(), None);
    for line in BufReader::new(stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
        if let Some(from) = line.to_ascii_lowercase().strip_prefix("range: bytes=") {
            range = from.trim_end_matches('-').parse().ok();
        }
        if let Some(rest) = line.strip_prefix("GET ") {
            path = rest.split(' ').next().unwrap().to_owned();
        }
    }
    (path, range)
}

pub fn reply(
    stream: &mut impl Write,
    file: &[u8],
    range: Option<u64>,
    answer: Answer,
) -> std::io::Result<()> {
    let total = file.len();
    let from = range.filter(|_| !matches!(answer, Answer::IgnoreRange)).map_or(0, |from| from as usize);
    let (status, body) = match answer {
        Answer::Status(code) => {
            (format!("{code} {}", if code == 404 { "Not Found" } else { "Trouble" }), vec![])
        }
        _ if from >= total => ("416 Range Not Satisfiable".to_owned(), vec![]),
        Answer::WrongBytes => ("200 OK".to_owned(), file.iter().map(|byte| byte ^ 1).collect()),
        _ if from > 0 => ("206 Partial Content".to_owned(), file[from..].to_vec()),
        _ => ("200 OK".to_owned(), file.to_vec()),
    };
    let range = match &status[..3] {
        "206" => format!("Content-Range: bytes {from}-{}/{total}\r\n", total - 1),
        "416" => format!("Content-Range: bytes */{total}\r\n"),
        _ => String::new(),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Length: {}\r\n{range}Connection: close\r\n\r\n",
        body.len()
    )?;
    let sent = match answer {
        Answer::Cut(count) | Answer::Stall(count) => count.min(body.len()),
        _ => body.len(),
    };
    stream.write_all(&body[..sent])?;
    stream.flush()
}
