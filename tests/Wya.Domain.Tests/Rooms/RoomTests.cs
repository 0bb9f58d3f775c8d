using Shouldly;
using Wya.Domain.Identity.Events;
using Wya.Domain.Rooms;
using Wya.Domain.Rooms.Events;
using Wya.EventStore;
using Xunit;
using static Wya.Domain.Tests.Rooms.RoomSpec;

namespace Wya.Domain.Tests.Rooms;

public sealed class RoomTests
{
    [Fact]
    public void Everybody_is_given_one_room_and_minors_theirs_for_friends()
    {
        CreateRoom.DecideFirst(Given(), Mara.Id, AgeLayer.Adult).Then(new RoomCreated(Mara.Id, RoomVisibility.Public, IsFirst: true));
        CreateRoom.DecideFirst(Given(), Mara.Id, AgeLayer.Minor).Then(new RoomCreated(Mara.Id, RoomVisibility.Friends, IsFirst: true));
        CreateRoom.DecideFirst(Given(Created()), Mara.Id, AgeLayer.Adult).ThenNothing();
    }

    [Fact]
    public void More_rooms_need_the_capability_and_end_at_the_limit()
    {
        CreateRoom.Decide(Given(), new CreateRoom(RoomVisibility.Private), Mara, 1, Now).Then(new RoomCreated(Mara.Id, RoomVisibility.Private, IsFirst: false));
        CreateRoom.Decide(Given(), new CreateRoom(), Mara with { CreatingRestrictedUntil = Now.AddDays(1) }, 1, Now)
            .ThenRefused(RoomRefusals.CapabilityMissing(Capability.RoomCreate));
        CreateRoom.Decide(Given(), new CreateRoom(), Mara, RoomPolicy.RoomsMax, Now).ThenRefused(RoomRefusals.RoomsFull);
    }

    [Theory]
    [Trait("seed", "A4")]
    [InlineData(RoomVisibility.Public, false, false, true)]
    [InlineData(RoomVisibility.Public, false, true, false)]
    [InlineData(RoomVisibility.Friends, false, false, false)]
    [InlineData(RoomVisibility.Friends, true, false, true)]
    [InlineData(RoomVisibility.Friends, true, true, false)]
    [InlineData(RoomVisibility.Private, true, false, false)]
    public void Others_look_at_what_is_for_them(RoomVisibility visibility, bool friends, bool apart, bool may) =>
        Of(Noor, friends, apart).MayLook(visibility).ShouldBe(may);

    [Theory]
    [Trait("seed", "A4")]
    [InlineData(RoomVisibility.Public)]
    [InlineData(RoomVisibility.Friends)]
    [InlineData(RoomVisibility.Private)]
    public void Nobody_looks_across_layers_or_at_what_is_of_somebody_who_is_gone_and_the_owner_always_does(RoomVisibility visibility)
    {
        foreach (AgeLayer layer in new[] { AgeLayer.Minor, AgeLayer.Transitional })
        {
            Of(Noor with { AgeLayer = layer }, friends: true).MayLook(visibility).ShouldBeFalse();
        }

        new Doorway(Noor, Mara with { IsGone = true }, AreFriends: true, AreApart: false).MayLook(visibility).ShouldBeFalse();
        new Doorway(Noor, null, AreFriends: true, AreApart: false).MayLook(visibility).ShouldBeFalse();
        Own.MayLook(visibility).ShouldBeTrue();
    }

    [Fact]
    [Trait("seed", "W4")]
    public void What_is_published_is_shown()
    {
        Room room = Given(Created(), Published(1), Published(2));
        room.ActiveVersion.ShouldBe(2);
        PublishVersion.Decide(room, new PublishVersion(3, "00", 2, Mara.Id)).Then(Published(3));
        PublishVersion.Decide(Given(Created(), new RoomDeleted(Mara.Id)), new PublishVersion(3, "00", 2, Mara.Id)).ThenRefused(RoomRefusals.RoomNotFound);
        PublishVersion.Decide(room, new PublishVersion(3, "00", 2, Noor.Id)).ThenRefused(RoomRefusals.RoomNotFound);
    }

    [Fact]
    [Trait("seed", "4.2")]
    public void A_rollback_moves_the_pointer_and_nothing_else()
    {
        Room room = Given(Created(), Published(1), Published(2));

        RollBackRoom.Decide(room, new RollBackRoom(1), isPublished: true, Own).Then(new RoomRolledBack(1, Mara.Id));
        RollBackRoom.Decide(room, new RollBackRoom(2), isPublished: true, Own).ThenNothing();
        RollBackRoom.Decide(room, new RollBackRoom(9), isPublished: false, Own).ThenRefused(RoomRefusals.VersionNotFound);
        RollBackRoom.Decide(room, new RollBackRoom(1), isPublished: true, Of(Noor)).ThenRefused(RoomRefusals.NotYourRoom);
        RollBackRoom.Decide(room, new RollBackRoom(1), isPublished: true, Of(Noor, apart: true)).ThenRefused(RoomRefusals.RoomNotFound);
        (Given(Created(), Published(1), Published(2), new RoomRolledBack(1, Mara.Id)) with { ActiveVersion = 2 }).ShouldBe(room);
    }

    [Fact]
    public void Visibility_and_deletion_are_the_owners()
    {
        ChangeVisibility.Decide(Given(Created()), new ChangeVisibility(RoomVisibility.Private), Own).Then(new RoomVisibilityChanged(RoomVisibility.Private));
        ChangeVisibility.Decide(Given(Created()), new ChangeVisibility(RoomVisibility.Public), Own).ThenNothing();
        ChangeVisibility.Decide(Given(Created()), new ChangeVisibility(RoomVisibility.Private), Of(Noor)).ThenRefused(RoomRefusals.NotYourRoom);
        DeleteRoom.Decide(Given(Created()), Own).Then(new RoomDeleted(Mara.Id));
        DeleteRoom.Decide(Given(Created(), new RoomDeleted(Mara.Id)), Own).ThenNothing();
        DeleteRoom.Decide(Given(), Own).ThenRefused(RoomRefusals.RoomNotFound);
        DeleteRoom.DecideErased(Given(Created()), Mara.Id).Then(new RoomDeleted(Mara.Id));
        DeleteRoom.DecideErased(Given(Created(), new RoomDeleted(Mara.Id)), Mara.Id).ThenNothing();
    }

    [Fact]
    public void A_takedown_leads_visitors_to_what_was_before()
    {
        Room room = Given(Created(), Published(1), Published(2));
        var command = new TakeDownVersion(2, Guid.Empty, Why);

        ((RoomVersionTakenDown)TakeDownVersion.Decide(room, command, isPublished: true, before: 1, Moderator).Events.Single()).ActiveVersion.ShouldBe(1);
        ((RoomVersionTakenDown)TakeDownVersion.Decide(room, command with { Version = 1 }, isPublished: true, before: 0, Moderator).Events.Single()).ActiveVersion.ShouldBe(2);
        TakeDownVersion.Decide(room, command, isPublished: false, before: 0, Moderator).ThenRefused(RoomRefusals.VersionNotFound);
        Room taken = Given(Created(), Published(1), Published(2), Taken(2, 1));
        TakeDownVersion.Decide(taken, command, isPublished: true, before: 1, Moderator).ThenNothing();
        RollBackRoom.Decide(taken, new RollBackRoom(2), isPublished: true, Own).ThenRefused(RoomRefusals.VersionTakenDown);
    }

    [Fact]
    public void A_reversal_undoes_it_unless_the_owner_has_chosen_since()
    {
        Room room = Given(Created(), Published(1), Published(2)), taken = Given(Created(), Published(1), Published(2), Taken(2, 1));

        ReinstateVersion.Decide(taken, new ReinstateVersion(2), Moderator).Then(new RoomVersionReinstated(2, Guid.Empty, 2, Moderator));
        Room back = Room.Evolve(taken, new RoomVersionReinstated(2, Guid.Empty, 2, Moderator));
        (back.ActiveVersion, back.TakenDown.Count).ShouldBe((room.ActiveVersion, room.TakenDown.Count));
        Room chosen = Room.Evolve(taken, Published(3));
        ReinstateVersion.Decide(chosen, new ReinstateVersion(2), Moderator).Then(new RoomVersionReinstated(2, Guid.Empty, 3, Moderator));
        ReinstateVersion.Decide(room, new ReinstateVersion(2), Moderator).ThenNothing();
    }

    [Fact]
    public void Guests_leave_something_where_there_is_a_place_for_it_and_they_may_look()
    {
        Room room = Given(Created(), Published(1));
        var entry = Guid.CreateVersion7();
        var command = new SignGuestbook("book-1", entry, "Hello");

        SignGuestbook.Decide(room, command, Of(Noor), Guests, Now)
            .Then(new GuestbookSigned(Noor.Id, "book-1", entry, new Sensitive<string>(Noor.Id.Value, "Hello")));
        SignGuestbook.Decide(room, command, Of(Noor), [], Now).ThenRefused(RoomRefusals.ModuleNotFound);
        SignGuestbook.Decide(room, command with { ModuleId = "poll-1" }, Of(Noor), Guests, Now).ThenRefused(RoomRefusals.ModuleNotFound);
        SignGuestbook.Decide(room, command with { Text = new string('a', 501) }, Of(Noor), Guests, Now).ThenRefused(RoomRefusals.EntryInvalid);
        SignGuestbook.Decide(room, command with { EntryId = Guid.Empty }, Of(Noor), Guests, Now).ThenRefused(RoomRefusals.EntryInvalid);
        SignGuestbook.Decide(room, command, Of(Noor, apart: true), Guests, Now).ThenRefused(RoomRefusals.RoomNotFound);
        SignGuestbook.Decide(room, command, Of(Noor with { MutedUntil = Now.AddHours(1) }), Guests, Now).ThenRefused(RoomRefusals.Muted);
        VoteInPoll.Decide(room, new VoteInPoll("poll-1", 2), Of(Noor), Guests, null, Now).Then(new PollVoted(Noor.Id, "poll-1", 2));
        VoteInPoll.Decide(room, new VoteInPoll("poll-1", 2), Of(Noor), Guests, 2, Now).ThenNothing();
        VoteInPoll.Decide(room, new VoteInPoll("poll-1", 3), Of(Noor), Guests, null, Now).ThenRefused(RoomRefusals.ChoiceInvalid);
        VoteInPoll.Decide(room, new VoteInPoll("book-1", 0), Of(Noor), Guests, null, Now).ThenRefused(RoomRefusals.ModuleNotFound);
    }

    [Fact]
    public void An_entry_is_removed_by_three_and_no_others()
    {
        Room room = Given(Created(), Published(1));
        Visitor kim = Person("0197a3c5-5f10-7aa1-b2c3-1d2e3f4a5b6c");
        var entry = new GuestbookEntry("book-1", Guid.Empty, Noor.Id, IsRemoved: false);

        RemoveGuestbookEntry.Decide(room, Of(Noor), entry, isModerator: false).Then(new GuestbookEntryRemoved(Noor.Id, "book-1", Guid.Empty));
        RemoveGuestbookEntry.Decide(room, Of(Noor, apart: true), entry, isModerator: false).Then(new GuestbookEntryRemoved(Noor.Id, "book-1", Guid.Empty));
        RemoveGuestbookEntry.Decide(room, Own, entry, isModerator: false).Then(new GuestbookEntryRemoved(Mara.Id, "book-1", Guid.Empty));
        RemoveGuestbookEntry.Decide(room, Of(kim, apart: true), entry, isModerator: true).Then(new GuestbookEntryRemoved(kim.Id, "book-1", Guid.Empty));
        RemoveGuestbookEntry.Decide(room, Of(kim), entry, isModerator: false).ThenRefused(RoomRefusals.NotYourEntry);
        RemoveGuestbookEntry.Decide(room, Of(kim, apart: true), entry, isModerator: false).ThenRefused(RoomRefusals.RoomNotFound);
        RemoveGuestbookEntry.Decide(room, Of(Noor), entry with { IsRemoved = true }, isModerator: false).ThenNothing();
        RemoveGuestbookEntry.Decide(room, Of(Noor), null, isModerator: false).ThenRefused(RoomRefusals.EntryNotFound);
    }

    private static RoomVersionTakenDown Taken(int version, int shown) =>
        new(version, Guid.Empty, Moderator, shown, new Sensitive<TakedownStatement>(Mara.Id.Value, Why));
}
