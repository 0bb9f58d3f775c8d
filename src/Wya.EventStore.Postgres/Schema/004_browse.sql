-- What one request recorded, here and by what answered it, is found by its correlation id. A bloom filter for each run of
-- pages: an append writes nothing to it until the run is full, and a million events take some hundred kilobytes.
create index wya_events_correlation on {log}.mt_events
    using brin (correlation_id text_bloom_ops (n_distinct_per_range = 3000, false_positive_rate = 0.01))
    with (pages_per_range = 128, autosummarize = on);
