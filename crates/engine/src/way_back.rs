//! Ways back that people can decide for.

use script::{Material, Plan};

/// A way back that people can decide for, in terms of materials alone.
pub struct WayBack {
    /// Its id among decisions.
    pub decision: &'static str,
    /// What the choice says.
    pub title: &'static str,
    /// What it costs.
    pub note: &'static str,
    /// Why the script went back, as the record says it.
    pub because: &'static str,
    /// It goes back to what makes this.
    pub from: &'static Material,
    /// Where it goes on.
    pub how: How,
}

/// Where the script goes on after a way back.
pub enum How {
    /// From there on everything is played again. Offered up to what makes this.
    Anew {
        /// The last step at which it is offered.
        until: &'static Material,
    },
    /// Only up to what makes `last`; then the script goes on where it stood. Not offered while another way back would make
    /// secrets anew: after a crash the script could not come back to them.
    Detour {
        /// The last thing that is made again.
        last: &'static Material,
        /// The last step at which it is offered.
        until: &'static Material,
    },
}

/// Where a way back lies in a plan, in places of steps.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Span {
    /// It goes back to this one.
    pub(crate) from: usize,
    /// A detour ends with this one.
    pub(crate) last: Option<usize>,
    /// It is open up to this one.
    until: usize,
}

impl Span {
    pub(crate) fn is_open_at(self, at: usize) -> bool {
        self.from < at && at <= self.until
    }
}

impl WayBack {
    /// Where it lies; none where the plan makes not all that it speaks of.
    pub(crate) fn span(&self, plan: &Plan) -> Option<Span> {
        let makes = |m: &'static Material| plan.steps.iter().position(|s| s.action.makes(m));
        let from = makes(self.from)?;
        Some(match self.how {
            How::Anew { until } => Span { from, last: None, until: makes(until)? },
            How::Detour { last, until } => Span { from, last: Some(makes(last)?), until: makes(until)? },
        })
    }
}
