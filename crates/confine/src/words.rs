//! The measures, in words that follow "The kernel refused".

pub(crate) const NEW_PRIVILEGES: &str = "to forbid new privileges";
pub(crate) const SOCKET_FILTER: &str = "the socket filter";
pub(crate) const CORE_DUMPS: &str = "to forbid core dumps";
pub(crate) const CALLS: &str = "the list of calls";
