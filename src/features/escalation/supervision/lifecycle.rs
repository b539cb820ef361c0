//! What can be done with a supervision order, and where that leads.

use crate::{sql_text_enum, text_enum};

text_enum! {
    /// Where an order stands.
    pub enum OrderStatus {
        /// An alarm proposes it; a supervisor decides.
        Proposed = "proposed",
        /// The department has it.
        Issued = "issued",
        /// The department has taken notice.
        Acknowledged = "acknowledged",
        /// The department has given feedback; a supervisor decides.
        Answered = "answered",
        /// The supervisor is content.
        Closed = "closed",
        /// The proposal was not taken up.
        Dismissed = "dismissed",
    }
}

text_enum! {
    /// What is done with it.
    pub enum OrderStep {
        /// A supervisor issues it.
        Issue = "issue",
        /// A supervisor does not take the proposal up.
        Dismiss = "dismiss",
        /// The department takes notice.
        Acknowledge = "acknowledge",
        /// The department gives feedback.
        Answer = "answer",
        /// The supervisor is not content.
        Return = "return",
        /// The supervisor is content, or it is settled otherwise.
        Close = "close",
    }
}

sql_text_enum!(OrderStatus);

impl OrderStatus {
    /// Where a step leads; `None`: not possible now.
    pub const fn after(self, step: OrderStep) -> Option<OrderStatus> {
        match (self, step) {
            (OrderStatus::Proposed, OrderStep::Issue) => Some(OrderStatus::Issued),
            (OrderStatus::Proposed, OrderStep::Dismiss) => Some(OrderStatus::Dismissed),
            (OrderStatus::Issued, OrderStep::Acknowledge) => Some(OrderStatus::Acknowledged),
            (OrderStatus::Issued | OrderStatus::Acknowledged, OrderStep::Answer) => {
                Some(OrderStatus::Answered)
            }
            (OrderStatus::Answered, OrderStep::Return) => Some(OrderStatus::Acknowledged),
            (OrderStatus::Issued | OrderStatus::Acknowledged | OrderStatus::Answered, OrderStep::Close) => {
                Some(OrderStatus::Closed)
            }
            _ => None,
        }
    }

    /// What can be done now.
    pub fn steps(self) -> Vec<OrderStep> {
        OrderStep::ALL.iter().copied().filter(|step| self.after(*step).is_some()).collect()
    }

    /// Whether its clock runs: the department has it.
    pub const fn is_running(self) -> bool {
        matches!(self, OrderStatus::Issued | OrderStatus::Acknowledged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_open_order_can_go_on_and_an_ended_one_cannot() {
        let steps = |status: OrderStatus| {
            status.steps().iter().map(|step| step.as_str()).collect::<Vec<_>>().join(" ")
        };
        let table = [
            (OrderStatus::Proposed, "issue dismiss"),
            (OrderStatus::Issued, "acknowledge answer close"),
            (OrderStatus::Acknowledged, "answer close"),
            (OrderStatus::Answered, "return close"),
            (OrderStatus::Closed, ""),
            (OrderStatus::Dismissed, ""),
        ];
        assert_eq!(table.len(), OrderStatus::ALL.len());
        for (status, expected) in table {
            assert_eq!(steps(status), expected, "{status}");
        }
    }
}
