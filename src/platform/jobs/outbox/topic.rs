//! What a message is about, and who follows it.

/// What messages are about, and the consumers that each get them: a constant of the feature that owns the event.
///
/// A consumer's row is written with the message, so that each consumes, retries and gives up on its own. One that is added
/// here begins with the next message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Topic {
    name: &'static str,
    consumers: &'static [&'static str],
}

impl Topic {
    /// The topic `name`, followed by these consumers.
    pub const fn new(name: &'static str, consumers: &'static [&'static str]) -> Topic {
        Topic { name, consumers }
    }

    /// What it is called in the database and in metrics.
    pub const fn name(self) -> &'static str {
        self.name
    }

    /// Who follows it.
    pub const fn consumers(self) -> &'static [&'static str] {
        self.consumers
    }

    /// The messages as one of its consumers gets them.
    pub const fn queue(self, consumer: &'static str) -> Queue {
        Queue { topic: self.name, consumer }
    }
}

/// The messages of one topic as one consumer gets them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Queue {
    /// The topic's name.
    pub topic: &'static str,
    /// The consumer's name.
    pub consumer: &'static str,
}
