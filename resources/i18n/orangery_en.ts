<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en">
    <context>
        <name>Agree</name>
        <message numerus="yes">
            <source>%n message(s) were not of this home; ignored.</source>
            <translation>
                <numerusform>1 message was not of this home; ignored.</numerusform>
                <numerusform>%n messages were not of this home; ignored.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The same here and at %n other computer(s).</source>
            <translation>
                <numerusform>The same here and at 1 other computer.</numerusform>
                <numerusform>The same here and at %n other computers.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Brokers</name>
        <message numerus="yes">
            <source>Heard: {dialects}, %n topic(s)</source>
            <translation>
                <numerusform>Heard: {dialects}, %n topic</numerusform>
                <numerusform>Heard: {dialects}, %n topics</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Bulk</name>
        <message numerus="yes">
            <source>%n could not, because: {why}</source>
            <translation>
                <numerusform>1 could not, because: {why}</numerusform>
                <numerusform>%n could not, because: {why}</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s)</source>
            <translation>
                <numerusform>1 device</numerusform>
                <numerusform>%n devices</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n not begun: you stopped it</source>
            <translation>
                <numerusform>1 not begun: you stopped it</numerusform>
                <numerusform>%n not begun: you stopped it</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n selected</source>
            <translation>
                <numerusform>1 selected</numerusform>
                <numerusform>%n selected</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>{shown} of %n device(s)</source>
            <translation>
                <numerusform>{shown} of 1 device</numerusform>
                <numerusform>{shown} of %n devices</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Carry</name>
        <message numerus="yes">
            <source>%n device(s)</source>
            <translation>
                <numerusform>1 device</numerusform>
                <numerusform>%n devices</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n report(s)</source>
            <translation>
                <numerusform>1 report</numerusform>
                <numerusform>%n reports</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Community</name>
        <message numerus="yes">
            <source>%n entry(ies)</source>
            <translation>
                <numerusform>%n entry</numerusform>
                <numerusform>%n entries</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n home(s) had it</source>
            <translation>
                <numerusform>%n home had it</numerusform>
                <numerusform>%n homes had it</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n hour(s)</source>
            <translation>
                <numerusform>%n hour</numerusform>
                <numerusform>%n hours</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n member(s)</source>
            <translation>
                <numerusform>%n member</numerusform>
                <numerusform>%n members</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n point(s)</source>
            <translation>
                <numerusform>%n point</numerusform>
                <numerusform>%n points</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n seat(s)</source>
            <translation>
                <numerusform>%n seat</numerusform>
                <numerusform>%n seats</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n vote(s)</source>
            <translation>
                <numerusform>%n vote</numerusform>
                <numerusform>%n votes</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n vote(s) left</source>
            <translation>
                <numerusform>%n vote left</numerusform>
                <numerusform>%n votes left</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n vote(s) more make it a petition</source>
            <translation>
                <numerusform>%n vote more makes it a petition</numerusform>
                <numerusform>%n votes more make it a petition</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Crashed</name>
        <message numerus="yes">
            <source>%n more like it</source>
            <translation>
                <numerusform>%n more like it</numerusform>
                <numerusform>%n more like it</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Dates</name>
        <message numerus="yes">
            <source>%n d</source>
            <translation>
                <numerusform>%n d</numerusform>
                <numerusform>%n d</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n h</source>
            <translation>
                <numerusform>%n h</numerusform>
                <numerusform>%n h</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n min</source>
            <translation>
                <numerusform>%n min</numerusform>
                <numerusform>%n min</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n s</source>
            <translation>
                <numerusform>%n s</numerusform>
                <numerusform>%n s</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Deeds</name>
        <message numerus="yes">
            <source>%n device(s) forgotten</source>
            <translation>
                <numerusform>1 device forgotten</numerusform>
                <numerusform>%n devices forgotten</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s) look for an update</source>
            <translation>
                <numerusform>1 device looks for an update</numerusform>
                <numerusform>%n devices look for an update</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s) may be updated again</source>
            <translation>
                <numerusform>1 device may be updated again</numerusform>
                <numerusform>%n devices may be updated again</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s) stay on their version</source>
            <translation>
                <numerusform>1 device stays on its version</numerusform>
                <numerusform>%n devices stay on their version</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s) told to restart</source>
            <translation>
                <numerusform>1 device told to restart</numerusform>
                <numerusform>%n devices told to restart</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s) told to show up</source>
            <translation>
                <numerusform>1 device told to show where it is</numerusform>
                <numerusform>%n devices told to show where they are</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s): no question any more</source>
            <translation>
                <numerusform>1 device: no question any more</numerusform>
                <numerusform>%n devices: no question any more</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s): you will be asked first</source>
            <translation>
                <numerusform>1 device: you will be asked first</numerusform>
                <numerusform>%n devices: you will be asked first</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n row(s) copied</source>
            <translation>
                <numerusform>1 row copied</numerusform>
                <numerusform>%n rows copied</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n row(s) written to {file}</source>
            <translation>
                <numerusform>1 row written to {file}</numerusform>
                <numerusform>%n rows written to {file}</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>For %n device(s).</source>
            <translation>
                <numerusform>For 1 device.</numerusform>
                <numerusform>For %n devices.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Restart %n device(s)?</source>
            <translation>
                <numerusform>Restart 1 device?</numerusform>
                <numerusform>Restart %n devices?</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Room of %n device(s) set</source>
            <translation>
                <numerusform>Room set</numerusform>
                <numerusform>Room of %n devices set</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Skipped on %n device(s)</source>
            <translation>
                <numerusform>Skipped on 1 device</numerusform>
                <numerusform>Skipped on %n devices</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Tags of %n device(s) set</source>
            <translation>
                <numerusform>Tags set</numerusform>
                <numerusform>Tags of %n devices set</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Detail</name>
        <message numerus="yes">
            <source>%n more value(s)</source>
            <translation>
                <numerusform>%n more value</numerusform>
                <numerusform>%n more values</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Devices</name>
        <message numerus="yes">
            <source>%n update(s) asked for</source>
            <translation>
                <numerusform>%n update asked for</numerusform>
                <numerusform>%n updates asked for</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Search %n device(s)</source>
            <translation>
                <numerusform>Search %n device</numerusform>
                <numerusform>Search %n devices</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Update %n selected</source>
            <translation>
                <numerusform>Update %n selected</numerusform>
                <numerusform>Update %n selected</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Dropped</name>
        <message numerus="yes">
            <source>%n device(s)</source>
            <translation>
                <numerusform>%n device</numerusform>
                <numerusform>%n devices</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Export</name>
        <message numerus="yes">
            <source>%n chosen</source>
            <translation>
                <numerusform>1 chosen</numerusform>
                <numerusform>%n chosen</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n shown</source>
            <translation>
                <numerusform>1 shown</numerusform>
                <numerusform>%n shown</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Family</name>
        <message numerus="yes">
            <source>%n device(s) get(s) a new version now: leave it on, please.</source>
            <translation>
                <numerusform>%n device gets a new version now: leave it on, please.</numerusform>
                <numerusform>%n devices get a new version now: leave them on, please.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n has/have not spoken yet.</source>
            <translation>
                <numerusform>%n has not spoken yet.</numerusform>
                <numerusform>%n have not spoken yet.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n thing(s) want(s) a hand.</source>
            <translation>
                <numerusform>%n thing wants a hand.</numerusform>
                <numerusform>%n things want a hand.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>All is well. %n device(s) can be reached,</source>
            <translation>
                <numerusform>All is well. %n device can be reached,</numerusform>
                <numerusform>All is well. %n devices can be reached,</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>All is well. %n devices, all can be reached.</source>
            <translation>
                <numerusform>All is well. %n device, all can be reached.</numerusform>
                <numerusform>All is well. %n devices, all can be reached.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>and %n more</source>
            <translation>
                <numerusform>and %n more</numerusform>
                <numerusform>and %n more</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>History</name>
        <message numerus="yes">
            <source>%n step(s)</source>
            <translation>
                <numerusform>%n step</numerusform>
                <numerusform>%n steps</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n step(s) exported</source>
            <translation>
                <numerusform>%n step exported</numerusform>
                <numerusform>%n steps exported</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>The record is whole: %n step(s), each names the one before.</source>
            <translation>
                <numerusform>The record is whole: %n step.</numerusform>
                <numerusform>The record is whole: %n steps, each names the one before.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Home</name>
        <message numerus="yes">
            <source>%n other computer(s) of this home share(s) too.</source>
            <translation>
                <numerusform>%n other computer of this home shares too.</numerusform>
                <numerusform>%n other computers of this home share too.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n wait(s) to be sent.</source>
            <translation>
                <numerusform>%n waits to be sent.</numerusform>
                <numerusform>%n wait to be sent.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Map</name>
        <message numerus="yes">
            <source>%n device(s)</source>
            <translation>
                <numerusform>%n device</numerusform>
                <numerusform>%n devices</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n found</source>
            <translation>
                <numerusform>%n found</numerusform>
                <numerusform>%n found</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n line(s) copied</source>
            <translation>
                <numerusform>%n line copied</numerusform>
                <numerusform>%n lines copied</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>and %n more</source>
            <translation>
                <numerusform>and %n more</numerusform>
                <numerusform>and %n more</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Members</name>
        <message numerus="yes">
            <source>%n day(s)</source>
            <translation>
                <numerusform>%n day</numerusform>
                <numerusform>%n days</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>After %n minute(s)</source>
            <translation>
                <numerusform>After %n minute</numerusform>
                <numerusform>After %n minutes</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Messages</name>
        <message numerus="yes">
            <source>%Ln more came faster than a list can show</source>
            <translation>
                <numerusform>%Ln more came faster than a list can show</numerusform>
                <numerusform>%Ln more came faster than a list can show</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%Ln more on topics beyond these</source>
            <translation>
                <numerusform>%Ln more on topics beyond these</numerusform>
                <numerusform>%Ln more on topics beyond these</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n change(s) against the one {ago}</source>
            <translation>
                <numerusform>%n change against the one {ago}</numerusform>
                <numerusform>%n changes against the one {ago}</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n left out: bytes, or kept only in part</source>
            <translation>
                <numerusform>%n left out: bytes, or kept only in part</numerusform>
                <numerusform>%n left out: bytes, or kept only in part</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n message(s) written to {file}</source>
            <translation>
                <numerusform>%n message written to {file}</numerusform>
                <numerusform>%n messages written to {file}</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Paused; %Ln new since then</source>
            <translation>
                <numerusform>Paused; %Ln new since then</numerusform>
                <numerusform>Paused; %Ln new since then</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Notices</name>
        <message numerus="yes">
            <source>%n device(s) can be updated</source>
            <translation>
                <numerusform>%n device can be updated</numerusform>
                <numerusform>%n devices can be updated</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s) confirmed</source>
            <translation>
                <numerusform>%n device confirmed</numerusform>
                <numerusform>%n devices confirmed</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n notice(s)</source>
            <translation>
                <numerusform>%n notice</numerusform>
                <numerusform>%n notices</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>OwnCopy</name>
        <message numerus="yes">
            <source>%n file(s) are not as they were signed</source>
            <translation>
                <numerusform>One file is not as it was signed</numerusform>
                <numerusform>%n files are not as they were signed</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>All %n file(s) are as they were signed</source>
            <translation>
                <numerusform>The one file is as it was signed</numerusform>
                <numerusform>All %n files are as they were signed</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Plot</name>
        <message numerus="yes">
            <source>{first} and %n more</source>
            <translation>
                <numerusform>{first} and %n more</numerusform>
                <numerusform>{first} and %n more</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Progress</name>
        <message numerus="yes">
            <source>%n more</source>
            <translation>
                <numerusform>%n more</numerusform>
                <numerusform>%n more</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Release</name>
        <message numerus="yes">
            <source>%n file(s) recalled</source>
            <translation>
                <numerusform>%n file recalled</numerusform>
                <numerusform>%n files recalled</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n finding(s) of the checks stand in the way of signing.</source>
            <translation>
                <numerusform>%n finding of the checks stands in the way of signing.</numerusform>
                <numerusform>%n findings of the checks stand in the way of signing.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n finding(s) stand in the way.</source>
            <translation>
                <numerusform>%n finding stands in the way.</numerusform>
                <numerusform>%n findings stand in the way.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n image(s)</source>
            <translation>
                <numerusform>%n image</numerusform>
                <numerusform>%n images</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n known issue(s)</source>
            <translation>
                <numerusform>%n known issue</numerusform>
                <numerusform>%n known issues</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n more role(s) wait.</source>
            <translation>
                <numerusform>%n more role waits.</numerusform>
                <numerusform>%n more roles wait.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n of {names} still have to sign {role}.</source>
            <translation>
                <numerusform>%n of {names} still has to sign {role}.</numerusform>
                <numerusform>%n of {names} still have to sign {role}.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n report(s) answered</source>
            <translation>
                <numerusform>%n report answered</numerusform>
                <numerusform>%n reports answered</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n signature(s) are missing.</source>
            <translation>
                <numerusform>%n signature is missing.</numerusform>
                <numerusform>%n signatures are missing.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n signature(s) missing</source>
            <translation>
                <numerusform>%n signature missing</numerusform>
                <numerusform>%n signatures missing</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Show all %n</source>
            <translation>
                <numerusform>Show %n</numerusform>
                <numerusform>Show all %n</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Somebody has to answer for %n finding(s) before anybody signs.</source>
            <translation>
                <numerusform>Somebody has to answer for %n finding before anybody signs.</numerusform>
                <numerusform>Somebody has to answer for %n findings before anybody signs.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Report</name>
        <message numerus="yes">
            <source>%n home(s) have it</source>
            <translation>
                <numerusform>%n home has it</numerusform>
                <numerusform>%n homes have it</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n line(s)</source>
            <translation>
                <numerusform>%n line</numerusform>
                <numerusform>%n lines</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n minute(s)</source>
            <translation>
                <numerusform>%n minute</numerusform>
                <numerusform>%n minutes</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n older one(s) left out</source>
            <translation>
                <numerusform>%n older one left out</numerusform>
                <numerusform>%n older ones left out</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n value(s) replaced</source>
            <translation>
                <numerusform>%n value replaced</numerusform>
                <numerusform>%n values replaced</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Names, Wi-Fi, addresses and passwords are replaced: %n place(s)</source>
            <translation>
                <numerusform>Names, Wi-Fi, addresses and passwords are replaced: %n place</numerusform>
                <numerusform>Names, Wi-Fi, addresses and passwords are replaced: %n places</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Reports</name>
        <message numerus="yes">
            <source>%n action(s) saved. All of it still waits here.</source>
            <translation>
                <numerusform>%n action saved. All of it still waits here.</numerusform>
                <numerusform>%n actions saved. All of it still waits here.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n home(s) have it</source>
            <translation>
                <numerusform>%n home has it</numerusform>
                <numerusform>%n homes have it</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n popcorn point(s)</source>
            <translation>
                <numerusform>%n popcorn point</numerusform>
                <numerusform>%n popcorn points</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n report(s) could not be sent for {span}. You can save them as a file, signed by this house, and carry it to any computer that reaches the hub.</source>
            <translation>
                <numerusform>%n report could not be sent for {span}. You can save it as a file, signed by this house, and carry it to any computer that reaches the hub.</numerusform>
                <numerusform>%n reports could not be sent for {span}. You can save them as a file, signed by this house, and carry it to any computer that reaches the hub.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n report(s) not sent yet, for {span}</source>
            <translation>
                <numerusform>%n report not sent yet, for {span}</numerusform>
                <numerusform>%n reports not sent yet, for {span}</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Send</name>
        <message numerus="yes">
            <source>%n message(s) came back within five seconds.</source>
            <translation>
                <numerusform>%n message came back within five seconds.</numerusform>
                <numerusform>%n messages came back within five seconds.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Settings</name>
        <message numerus="yes">
            <source>{week}, ring {ring}: %n of your device(s)</source>
            <translation>
                <numerusform>{week}, ring {ring}: %n of your devices</numerusform>
                <numerusform>{week}, ring {ring}: %n of your devices</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>States</name>
        <message numerus="yes">
            <source>rests until {when}: it failed %n time(s)</source>
            <translation>
                <numerusform>rests until {when}: it failed %n time</numerusform>
                <numerusform>rests until {when}: it failed %n times</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Support</name>
        <message numerus="yes">
            <source>This is all of it. Names, addresses and secrets were taken out at %n place(s). It is sent to nobody: you give the file to whom you want.</source>
            <translation>
                <numerusform>This is all of it. Names, addresses and secrets were taken out at %n place. It is sent to nobody: you give the file to whom you want.</numerusform>
                <numerusform>This is all of it. Names, addresses and secrets were taken out at %n places. It is sent to nobody: you give the file to whom you want.</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Tags</name>
        <message numerus="yes">
            <source>Tags of %n device(s)</source>
            <translation>
                <numerusform>Tags of 1 device</numerusform>
                <numerusform>Tags of %n devices</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>ToTest</name>
        <message numerus="yes">
            <source>and %n more device(s)</source>
            <translation>
                <numerusform>and %n more device</numerusform>
                <numerusform>and %n more devices</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Tray</name>
        <message numerus="yes">
            <source>%n need(s) you</source>
            <translation>
                <numerusform>%n needs you</numerusform>
                <numerusform>%n need you</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n ready</source>
            <translation>
                <numerusform>%n ready</numerusform>
                <numerusform>%n ready</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n under way</source>
            <translation>
                <numerusform>%n under way</numerusform>
                <numerusform>%n under way</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Triage</name>
        <message numerus="yes">
            <source> (%n reason(s) given)</source>
            <translation>
                <numerusform> (%n reason given)</numerusform>
                <numerusform> (%n reasons given)</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n home(s)</source>
            <translation>
                <numerusform>%n home</numerusform>
                <numerusform>%n homes</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n point(s)</source>
            <translation>
                <numerusform>%n point</numerusform>
                <numerusform>%n points</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n report(s)</source>
            <translation>
                <numerusform>%n report</numerusform>
                <numerusform>%n reports</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n tester(s) say that the fix mends nothing.</source>
            <translation>
                <numerusform>%n tester says that the fix mends nothing.</numerusform>
                <numerusform>%n testers say that the fix mends nothing.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>and %n more</source>
            <translation>
                <numerusform>and %n more</numerusform>
                <numerusform>and %n more</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Updates</name>
        <message numerus="yes">
            <source>%n at a time behind each gateway</source>
            <translation>
                <numerusform>one at a time behind each gateway</numerusform>
                <numerusform>%n at a time behind each gateway</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s) have nothing in this week.</source>
            <translation>
                <numerusform>%n device has nothing in this week.</numerusform>
                <numerusform>%n devices have nothing in this week.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n firmware file(s)</source>
            <translation>
                <numerusform>%n firmware file</numerusform>
                <numerusform>%n firmware files</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n is/are asleep</source>
            <translation>
                <numerusform>%n is asleep</numerusform>
                <numerusform>%n are asleep</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n is/are offline</source>
            <translation>
                <numerusform>%n is offline</numerusform>
                <numerusform>%n are offline</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n model(s)</source>
            <translation>
                <numerusform>%n model</numerusform>
                <numerusform>%n models</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n of your report(s) answered</source>
            <translation>
                <numerusform>%n of your reports answered</numerusform>
                <numerusform>%n of your reports answered</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n other(s) wait untouched until you decide.</source>
            <translation>
                <numerusform>%n other waits untouched until you decide.</numerusform>
                <numerusform>%n others wait untouched until you decide.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Left out on %n device(s)</source>
            <translation>
                <numerusform>Left out on %n device</numerusform>
                <numerusform>Left out on %n devices</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Show all %n</source>
            <translation>
                <numerusform>Show all %n</numerusform>
                <numerusform>Show all %n</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Take %n back</source>
            <translation>
                <numerusform>Take %n back</numerusform>
                <numerusform>Take %n back</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Take all %n back</source>
            <translation>
                <numerusform>Take all %n back</numerusform>
                <numerusform>Take all %n back</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Update %n device(s)</source>
            <translation>
                <numerusform>Update %n device</numerusform>
                <numerusform>Update %n devices</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>Welcome</name>
        <message numerus="yes">
            <source>%n broker(s) found</source>
            <translation>
                <numerusform>%n broker found</numerusform>
                <numerusform>%n brokers found</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s) until now</source>
            <translation>
                <numerusform>%n device until now</numerusform>
                <numerusform>%n devices until now</numerusform>
            </translation>
        </message>
    </context>
    <context>
        <name>WhatIf</name>
        <message numerus="yes">
            <source> and %n more</source>
            <translation>
                <numerusform> and %n more</numerusform>
                <numerusform> and %n more</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n device(s)</source>
            <translation>
                <numerusform>%n device</numerusform>
                <numerusform>%n devices</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>%n of them cannot simply go back afterwards.</source>
            <translation>
                <numerusform>%n of them cannot simply go back afterwards.</numerusform>
                <numerusform>%n of them cannot simply go back afterwards.</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>Only the first %n</source>
            <translation>
                <numerusform>Only the first %n</numerusform>
                <numerusform>Only the first %n</numerusform>
            </translation>
        </message>
        <message numerus="yes">
            <source>in %n step(s)</source>
            <translation>
                <numerusform>in %n step</numerusform>
                <numerusform>in %n steps</numerusform>
            </translation>
        </message>
    </context>
</TS>
