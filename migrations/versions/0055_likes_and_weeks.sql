-- How regularly two people hear of each other, and how often they like or comment on what the other posts.

ALTER TABLE social_tie ADD COLUMN weeks integer NOT NULL DEFAULT 0 CHECK (weeks BETWEEN 0 AND 13);
ALTER TABLE social_tie ADD COLUMN likes integer NOT NULL DEFAULT 0 CHECK (likes >= 0);
