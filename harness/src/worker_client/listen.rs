//! What a worker reports, line by line.

use std::io::BufRead;
use std::ops::ControlFlow;
use trial::Event;

/// Hands every event of a worker's `output` to `heard`, until the output is closed or `heard` breaks off.
/// A line that is no event is handed on as a warning that quotes it.
pub fn listen<B>(output: impl BufRead, mut heard: impl FnMut(Event) -> ControlFlow<B>) -> Option<B> {
    for line in output.lines().map_while(Result::ok) {
        let event = serde_json::from_str(&line)
            .unwrap_or_else(|_| Event::Warning { message: format!("the worker says: {line}") });
        if let ControlFlow::Break(end) = heard(event) {
            return Some(end);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_a_worker_arrives() {
        let said = Event::Failed { message: "no data".into() };
        let output = format!("{}\nnoise\n", said.to_line());
        let mut heard = Vec::new();
        let end: Option<()> = listen(output.as_bytes(), |event| {
            heard.push(event);
            ControlFlow::Continue(())
        });
        assert_eq!((heard.len(), end), (2, None));
        assert_eq!(heard[0], said);
        assert!(matches!(&heard[1], Event::Warning { message } if message.contains("noise")));
        let first = listen(output.as_bytes(), ControlFlow::Break);
        assert_eq!(first, Some(said));
    }
}
