using Wya.Domain.Discovery;
using Wya.Domain.Identity.Events;
using Wya.Domain.Presence.Events;

namespace Wya.Projections.Discovery;

public sealed partial class Town
{
    /// <summary>Whoever may be shown to somebody, as far as the snapshot knows; nobody else's place is looked at.</summary>
    public IReadOnlyList<Proposal> Around(Guid viewer, DateOnly day)
    {
        IReadOnlySet<Guid> talking = talks.With(viewer);
        lock (gate)
        {
            if (!residents.TryGetValue(viewer, out Resident? self) || self.Facts is null)
            {
                return [];
            }

            look++;
            self.MetIn = look;
            ulong from = Ranking.Draw(new UserId(viewer), day, new UserId(viewer));
            List<Resident> met = [];
            Meet(self.Friends, from, FriendsMax, met);
            foreach (LocationTier tier in Enum.GetValues<LocationTier>().Reverse())
            {
                MeetStrangers(self, tier, from, met);
            }

            MeetFriendsOfFriends(self, from, met);
            return [.. met.Select(person => Proposed(self, person, talking))];
        }
    }

    private Proposal Proposed(Resident self, Resident person, IReadOnlySet<Guid> talking)
    {
        Facts facts = person.Facts!;
        Cell? own = self.ForFriends, theirs = person.MetAs == Relation.Friend ? person.ForFriends : person.ForStrangers;
        var candidate = new Candidate(
            new UserId(person.Id),
            facts.AgeLayer,
            person.MetAs,
            facts.IsBarred || self.Blocks.Contains(person.Id) || person.Blocks.Contains(self.Id),
            IsAround: !facts.IsInvisible,
            facts.IsRestricted,
            facts.Preferences.FindableBy,
            own is { } mine && theirs is { } cell ? mine.NearnessTo(cell) : null,
            facts.Trust,
            person.Here!.RoomId is { } room && self.Here?.RoomId == room,
            talking.Contains(person.Id),
            person.Here.CameAt.UtcTicks / Slot.Ticks);
        return new Proposal(candidate, person.MetThrough?.Id);
    }

    private void Meet(Resident[] friends, ulong from, int max, List<Resident> met)
    {
        int begin = friends.Length == 0 ? 0 : (int)(from % (ulong)friends.Length);
        for (int i = 0; i < friends.Length && met.Count < max; i++)
        {
            Meet(friends[(begin + i) % friends.Length], Relation.Friend, null, met);
        }
    }

    private void MeetStrangers(Resident self, LocationTier tier, ulong from, List<Resident> met)
    {
        if (self.ForFriends is not { } cell || cell.Tier < tier)
        {
            return;
        }

        Ring[] around = [.. cell.Within(tier).Neighbourhood().Select(near => rings.GetValueOrDefault((self.Facts!.AgeLayer, near))).OfType<Ring>()];
        int passed = 0;
        foreach (Resident person in Ring.Some(around, from))
        {
            if (passed++ == OfTierMax)
            {
                return;
            }

            Meet(person, Relation.Stranger, null, met);
        }
    }

    /// <summary>
    /// Also those who have been met as strangers already: it decides by whom they let themselves be found. Of who has very many,
    /// as many of each friend are looked at, from a place that viewer and day choose.
    /// </summary>
    private void MeetFriendsOfFriends(Resident self, ulong from, List<Resident> met)
    {
        if (self.Friends.Length == 0)
        {
            return;
        }

        int begin = (int)(from % (ulong)self.Friends.Length), before = met.Count, friends = Math.Min(self.Friends.Length, FriendsMax);
        int ofEach = Math.Max(1, FriendsOfFriendsLookedAtMax / friends);
        for (int i = 0; i < friends; i++)
        {
            Resident friend = self.Friends[(begin + i) % self.Friends.Length];
            int first = friend.Friends.Length == 0 ? 0 : (int)(from % (ulong)friend.Friends.Length);
            for (int n = 0; n < Math.Min(ofEach, friend.Friends.Length); n++)
            {
                Resident person = friend.Friends[(first + n) % friend.Friends.Length];
                if (person.MetIn != look)
                {
                    if (met.Count - before < FriendsOfFriendsMax)
                    {
                        Meet(person, Relation.FriendOfFriend, friend, met);
                    }
                }
                else if (person.MetAs == Relation.Stranger && person != self)
                {
                    (person.MetAs, person.MetThrough) = (Relation.FriendOfFriend, friend);
                }
            }
        }
    }

    private void Meet(Resident person, Relation relation, Resident? through, List<Resident> met)
    {
        if (person is { Here: not null, Facts: not null } && person.MetIn != look)
        {
            (person.MetIn, person.MetAs, person.MetThrough) = (look, relation, through);
            met.Add(person);
        }
    }
}
