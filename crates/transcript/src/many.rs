//! The same done to many things, on all processors there are.

/// What `each` gives for every item, in the items' order. Fewer items than `worth_it` are done by one processor: to start
/// another costs more. `each` may be asked twice about an item: where no thread can be had, or one is lost, its share is
/// done anew here.
pub fn side_by_side<T: Sync, R: Send>(items: &[T], worth_it: usize, each: impl Fn(&T) -> R + Sync) -> Vec<R> {
    let processors = std::thread::available_parallelism().map_or(1, usize::from);
    if items.len() < worth_it || processors == 1 {
        return items.iter().map(each).collect();
    }
    let all = |items: &[T]| items.iter().map(&each).collect::<Vec<_>>();
    std::thread::scope(|scope| {
        let shares = items.chunks(items.len().div_ceil(processors).max(1));
        let workers: Vec<_> = shares
            .map(|share| (share, std::thread::Builder::new().spawn_scoped(scope, || all(share))))
            .collect();
        workers
            .into_iter()
            .flat_map(|(share, worker)| {
                worker.ok().and_then(|worker| worker.join().ok()).unwrap_or_else(|| all(share))
            })
            .collect()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicBool, Ordering};

    #[test]
    fn every_item_is_done_in_its_order_and_a_lost_share_anew() {
        for many in [0, 1, 2, 3, 100, 101] {
            let items: Vec<usize> = (0..many).collect();
            let doubled: Vec<usize> = items.iter().map(|n| n * 2).collect();
            assert_eq!(side_by_side(&items, 0, |n| n * 2), doubled);
            assert_eq!(side_by_side(&items, 1000, |n| n * 2), doubled);
            let lost = AtomicBool::new(false);
            let once = |n: &usize| {
                let own = std::thread::current().name().is_none();
                assert!(!own || lost.swap(true, Ordering::SeqCst), "a thread that is lost");
                n * 2
            };
            assert_eq!(side_by_side(&items, 0, once), doubled);
        }
    }
}
