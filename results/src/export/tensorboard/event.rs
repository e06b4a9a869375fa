//! The messages of event files, of TensorFlow's `event.proto`, `summary.proto` and `tensor.proto` as much as
//! scalars and text need.

use prost::Message;

/// `DT_STRING` of TensorFlow's types.
const STRING: i32 = 7;

/// One event.
#[derive(Clone, PartialEq, Message)]
pub struct EventMessage {
    /// When it happened, seconds since 1970.
    #[prost(double, tag = "1")]
    wall_time: f64,
    /// Optimizer steps done.
    #[prost(int64, tag = "2")]
    pub step: i64,
    #[prost(string, optional, tag = "3")]
    file_version: Option<String>,
    #[prost(message, optional, tag = "5")]
    summary: Option<EventSummary>,
}

#[derive(Clone, PartialEq, Message)]
struct EventSummary {
    #[prost(message, repeated, tag = "1")]
    value: Vec<SummaryValue>,
}

#[derive(Clone, PartialEq, Message)]
struct SummaryValue {
    #[prost(string, tag = "1")]
    tag: String,
    #[prost(float, optional, tag = "2")]
    simple_value: Option<f32>,
    #[prost(message, optional, tag = "8")]
    tensor: Option<TensorProto>,
    #[prost(message, optional, tag = "9")]
    metadata: Option<SummaryMetadata>,
}

#[derive(Clone, PartialEq, Message)]
struct TensorProto {
    #[prost(int32, tag = "1")]
    dtype: i32,
    #[prost(message, optional, tag = "2")]
    shape: Option<TensorShapeProto>,
    #[prost(bytes = "vec", repeated, tag = "8")]
    string_val: Vec<Vec<u8>>,
}

/// Of a single value: no dimensions.
#[derive(Clone, PartialEq, Message)]
struct TensorShapeProto {}

#[derive(Clone, PartialEq, Message)]
struct SummaryMetadata {
    #[prost(message, optional, tag = "1")]
    plugin_data: Option<PluginData>,
}

#[derive(Clone, PartialEq, Message)]
struct PluginData {
    #[prost(string, tag = "1")]
    plugin_name: String,
}

impl EventMessage {
    /// What every file begins with.
    pub fn beginning() -> EventMessage {
        EventMessage { file_version: Some("brain.Event:2".into()), ..EventMessage::default() }
    }

    /// Values after `step` steps, each with its tag; none if there are no values.
    pub fn scalars(step: u64, values: &[(&str, Option<f64>)]) -> Option<EventMessage> {
        let scalar = |(tag, value): &(&str, Option<f64>)| {
            let simple_value = Some((*value)? as f32);
            Some(SummaryValue { tag: tag.to_string(), simple_value, ..SummaryValue::default() })
        };
        let value: Vec<SummaryValue> = values.iter().filter_map(scalar).collect();
        let step = i64::try_from(step).unwrap_or(i64::MAX);
        (!value.is_empty()).then(|| EventMessage {
            step,
            summary: Some(EventSummary { value }),
            ..EventMessage::default()
        })
    }

    /// Text in Markdown.
    pub fn text(tag: &str, text: &str) -> EventMessage {
        let plugin = PluginData { plugin_name: "text".into() };
        let shape = Some(TensorShapeProto {});
        let value = SummaryValue {
            tag: tag.into(),
            tensor: Some(TensorProto { dtype: STRING, shape, string_val: vec![text.into()] }),
            metadata: Some(SummaryMetadata { plugin_data: Some(plugin) }),
            ..SummaryValue::default()
        };
        EventMessage { summary: Some(EventSummary { value: vec![value] }), ..EventMessage::default() }
    }

    /// The same at `time`, seconds since 1970.
    pub fn at(&mut self, time: f64) -> &EventMessage {
        self.wall_time = time;
        self
    }
}
