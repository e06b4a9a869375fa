//! How times were measured: only those measured with the same settings can be compared.

use records::Record;
use records::record::Schema;

/// The schema from which on records say with which instructions a processor computed them, and a GPU's say none.
const TELLS_DEVICES_APART: Schema = Schema(4);

/// Of the time of a training step. On a GPU the threads of the processor compute next to nothing, whether they are
/// recorded or not. Records of before schema 3 have none of a processor either.
pub fn of_steps(record: &Record) -> String {
    match record.threads {
        _ if record.schema >= TELLS_DEVICES_APART && record.instruction_set.is_empty() => "a GPU".to_string(),
        None => "an unknown number of threads".to_string(),
        Some(1) => "1 thread".to_string(),
        Some(threads) => format!("{threads} threads"),
    }
}

/// Of the throughput of inference.
pub fn of_throughput(record: &Record) -> String {
    let batch = record.fps_batch.map(|batch| batch.to_string()).unwrap_or_default();
    format!("batch {batch}, {}", record.fps_precision)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Records of GPUs had no threads before these were part of the trial.
    #[test]
    fn threads_matter_on_a_processor_only() {
        let gpu = |threads| of_steps(&Record { threads, ..Record::default() });
        assert_eq!([gpu(None), gpu(Some(4))], [gpu(Some(1)), gpu(Some(1))]);
        let processor =
            |threads| of_steps(&Record { threads, instruction_set: "AVX2".into(), ..Record::default() });
        assert_eq!([processor(Some(1)), processor(Some(4))], ["1 thread", "4 threads"]);
        let early = Record { threads: Some(2), schema: Schema(3), ..Record::default() };
        assert_eq!(of_steps(&early), "2 threads");
        assert_eq!(of_steps(&Record { threads: None, ..early }), "an unknown number of threads");
    }
}
