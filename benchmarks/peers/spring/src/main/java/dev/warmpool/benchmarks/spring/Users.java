package dev.warmpool.benchmarks.spring;

import org.springframework.data.repository.reactive.ReactiveCrudRepository;

/** The users' repository, made by Spring Data. */
interface Users extends ReactiveCrudRepository<User, Long> {}
