"""The ground floor: rules and values, on the standard library alone.

Time, chance and language arrive as arguments. One word stands for one thing, on every floor:

question      one thing asked; has a kind, a theme, a topic, a skill and a level
option        one thing that can be answered; has a short word id that never changes
bank          all questions, loaded and validated from ``quiz/content/``
quiz          an ordered list of question ids that can be taken: a recipe and its result
attempt       one person's way through one quiz; a random 128-bit id, nothing about a person
answer        what one attempt chose for one question
room          one class session; has a join code, a mode, a phase and a stage
stage         where a live room stands: lobby, asking, revealing, closed
participant   an attempt inside a room
facilitator   staff who run rooms; an officer reads and exports reports, an admin manages staff
console       the facilitator's controls; the projector is what the wall shows, the phone is
              the participant's page
seal          turn finished attempts into a batch of totals and delete them, in one transaction,
              exactly once
batch         a group sealed together: one room, one day of quizzes taken alone, one paper
              class, or a pool of small ones
tally         the totals of a batch: counts by option, counts by score, and the sums that item
              statistics need
release       what may leave the house: figures over whole batches of enough people
refusal       a rule saying no, one class for each sentence that a person may read
"""
