package dev.warmpool.benchmarks.spring;

import org.springframework.data.repository.reactive.ReactiveCrudRepository;

/** The repository of users, implemented by Spring Data. */
interface Users extends ReactiveCrudRepository<User, Long> {}
