//! What both processes do to themselves first: no internet sockets, no core dumps, no inherited debug switches.
