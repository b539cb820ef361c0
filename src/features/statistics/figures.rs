//! From sums to figures: shares, medians, and the total of all groups.

use std::collections::BTreeMap;

use super::counting::Measure;
use super::store::{DailySum, OpenSum};
use super::views::Figures;

/// The sums of one group.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Sums {
    received: i64,
    late: i64,
    on_time: i64,
    closed_otherwise: i64,
    reopened: i64,
    breached: i64,
    open: i64,
    overdue: i64,
    /// Answers by the working days they took.
    answers: BTreeMap<i16, i64>,
}

/// Everything together, and every group's sums with all that is below it; the key is a category or department, `None` where
/// there is none.
#[derive(Debug, Default)]
pub(super) struct Groups {
    total: Sums,
    groups: BTreeMap<Option<i32>, Sums>,
}

impl Groups {
    /// Gathers the sums; `upwards` names a group and all above it.
    pub fn gather(
        daily: Vec<DailySum>,
        open: Vec<OpenSum>,
        overdue: Vec<(Option<i32>, i64)>,
        upwards: impl Fn(Option<i32>) -> Vec<Option<i32>>,
    ) -> Groups {
        let mut groups = Groups::default();
        for row in daily {
            groups.add(&upwards(row.group_id), |sums| sums.add(row.measure, row.bucket, row.count));
        }
        for row in open {
            groups.add(&upwards(row.group_id), |sums| sums.open += row.count);
        }
        for (group, count) in overdue {
            groups.add(&upwards(group), |sums| sums.overdue += count);
        }
        groups
    }

    /// All groups together.
    pub fn total(&self) -> Figures {
        self.total.figures()
    }

    /// Each group's figures, the most received first; groups without any are left out.
    pub fn figures(self) -> Vec<(Option<i32>, Figures)> {
        let all = self.groups.into_iter().map(|(group, sums)| (group, sums.figures()));
        let mut all: Vec<_> = all.filter(|(_, figures)| *figures != Figures::default()).collect();
        all.sort_by_key(|(group, figures)| (-figures.received, *group));
        all
    }

    /// Adds once to the total and once to each of the groups.
    fn add(&mut self, groups: &[Option<i32>], add: impl Fn(&mut Sums)) {
        add(&mut self.total);
        groups.iter().for_each(|group| add(self.groups.entry(*group).or_default()));
    }
}

impl Sums {
    fn add(&mut self, measure: Measure, bucket: i16, count: i64) {
        match measure {
            Measure::Received => self.received += count,
            Measure::Answered => *self.answers.entry(bucket).or_default() += count,
            Measure::OnTime => self.on_time += count,
            Measure::Late => self.late += count,
            Measure::ClosedOtherwise => self.closed_otherwise += count,
            Measure::Reopened => self.reopened += count,
            Measure::Breached => self.breached += count,
        }
    }

    fn figures(&self) -> Figures {
        Figures {
            received: self.received,
            answered: self.answers.values().sum(),
            open: self.open,
            overdue: self.overdue,
            on_time: self.on_time,
            on_time_share: share(self.on_time, self.on_time + self.late),
            median_working_days: median(&self.answers),
            closed_otherwise: self.closed_otherwise,
            reopened: self.reopened,
            breached: self.breached,
        }
    }
}

/// In thousandths, which is as fine as anybody reads it.
#[allow(clippy::cast_precision_loss)]
fn share(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| (part as f64 / whole as f64 * 1000.0).round() / 1000.0)
}

/// The middle of all answers, or halfway between the two in the middle.
fn median(answers: &BTreeMap<i16, i64>) -> Option<f64> {
    let count: i64 = answers.values().sum();
    let at = |position: i64| {
        let mut passed = 0;
        answers.iter().find_map(|(bucket, count)| {
            passed += count;
            (passed > position).then_some(f64::from(*bucket))
        })
    };
    if count <= 0 {
        return None;
    }
    Some(f64::midpoint(at((count - 1) / 2)?, at(count / 2)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle_or_halfway_between_two() {
        let cases = [
            (vec![], None),
            (vec![(3, 1)], Some(3.0)),
            (vec![(1, 1), (4, 1)], Some(2.5)),
            (vec![(1, 2), (4, 1)], Some(1.0)),
            (vec![(0, 1), (2, 1), (250, 5)], Some(250.0)),
            (vec![(1, 5), (9, 5)], Some(5.0)),
        ];
        for (answers, expected) in cases {
            assert_eq!(median(&answers.iter().copied().collect()), expected, "{answers:?}");
        }
    }

    #[test]
    fn the_total_is_made_of_the_answers_of_all_groups() {
        let row = |group_id, measure, bucket, count| DailySum { group_id, measure, bucket, count };
        let groups = Groups::gather(
            vec![
                row(Some(1), Measure::Answered, 1, 3),
                row(Some(2), Measure::Answered, 9, 1),
                row(Some(1), Measure::OnTime, 0, 2),
                row(Some(2), Measure::Late, 0, 1),
                row(None, Measure::Received, 0, 7),
            ],
            vec![OpenSum { group_id: None, count: 4 }],
            vec![(None, 2)],
            |group| vec![group],
        );
        let total = groups.total();
        assert_eq!((total.received, total.answered, total.open, total.overdue), (7, 4, 4, 2));
        assert_eq!((total.on_time_share, total.median_working_days), (Some(0.667), Some(1.0)));
        let order: Vec<_> = groups.figures().into_iter().map(|(group, _)| group).collect();
        assert_eq!(order, [None, Some(1), Some(2)]);
    }

    #[test]
    fn a_group_counts_what_is_below_it_and_the_total_counts_everything_once() {
        let row = |group_id, bucket, count| DailySum { group_id, measure: Measure::Answered, bucket, count };
        // 3 and 2 below 1.
        let upwards = |group| match group {
            Some(2 | 3) => vec![group, Some(1)],
            _ => vec![group],
        };
        let daily = vec![row(Some(1), 1, 1), row(Some(2), 5, 1), row(Some(3), 9, 1), row(None, 20, 1)];
        let groups = Groups::gather(daily, Vec::new(), vec![(Some(3), 2)], upwards);
        let total = groups.total();
        assert_eq!((total.answered, total.overdue, total.median_working_days), (4, 2, Some(7.0)));
        let figures = groups.figures();
        let seen: Vec<_> =
            figures.iter().map(|(group, f)| (*group, f.answered, f.overdue, f.median_working_days)).collect();
        assert_eq!(
            seen,
            [
                (None, 1, 0, Some(20.0)),
                (Some(1), 3, 2, Some(5.0)),
                (Some(2), 1, 0, Some(5.0)),
                (Some(3), 1, 2, Some(9.0))
            ]
        );
    }
}
