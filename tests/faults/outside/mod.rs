//! What comes from outside as people and their systems leave it: paths as they are dragged and typed, pipes where files
//! belong, what macOS and Windows put beside files, token addresses as tools print them.

mod left_behind;
mod paths;
mod token_addresses;
