package dev.warmpool.benchmarks.spring;

import java.time.OffsetDateTime;
import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/** A row of the table of users. */
@Table("users")
record User(
    @Id long id,
    String email,
    String name,
    OffsetDateTime createdAt,
    OffsetDateTime updatedAt,
    long version) {}
