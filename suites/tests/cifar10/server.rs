//! A small HTTP server with faults on demand: one file, one answer per connection.

use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
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
    /// Serves `file` with these answers in turn, the last one for ever.
    pub fn start(file: Vec<u8>, answers: &[Answer]) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let ranges = Arc::new(Mutex::new(Vec::new()));
        let (seen, answers) = (ranges.clone(), answers.to_vec());
        thread::spawn(move || {
            for (i, stream) in listener.incoming().enumerate() {
                let answer = answers[i.min(answers.len() - 1)];
                let mut stream = stream.unwrap();
                let range = asked_range(&stream);
                seen.lock().unwrap().push(range);
                // A client that leaves early is part of the test.
                let _ = reply(&mut stream, &file, range, answer);
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

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/cifar-10-binary.tar.gz", self.port)
    }

    /// For each request, the byte from which it asked.
    pub fn ranges(&self) -> Vec<Option<u64>> {
        self.ranges.lock().unwrap().clone()
    }
}

fn asked_range(stream: &TcpStream) -> Option<u64> {
    let mut range = None;
    for line in BufReader::new(stream).lines().map_while(Result::ok).take_while(|line| !line.is_empty()) {
        let line = line.to_ascii_lowercase();
        if let Some(from) = line.strip_prefix("range: bytes=") {
            range = from.trim_end_matches('-').parse().ok();
        }
    }
    range
}

fn reply(stream: &mut TcpStream, file: &[u8], range: Option<u64>, answer: Answer) -> std::io::Result<()> {
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
