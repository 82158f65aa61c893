<?php
// Makes what stdin asks for, hundreds in a second:
// {"accounts": [NAME...], "passwords": {NAME: TEXT}, "groups": {NAME: [GROUP...]},
//  "bot_passwords": {NAME: {APPLICATION: SECRET}}, "pages": {TITLE: TEXT}, "blocked": [NAME...],
//  "edits": [{"title": T, "text": T, "user": NAME, "minor": BOOL, "at": ISO 8601}...] (the last
//  two if wanted), "renames": [[OLD, NEW]...] (where the extension Renameuser is loaded)}
use MediaWiki\Extension\Renameuser\RenameuserSQL;
use MediaWiki\MediaWikiServices;
use MediaWiki\Revision\SlotRecord;
use Wikimedia\IPUtils;
use Wikimedia\Timestamp\ConvertibleTimestamp;

require_once getenv( 'MW_INSTALL_PATH' ) . '/maintenance/Maintenance.php';

class Populate extends Maintenance {
	private const GRANTS = [ 'basic', 'highvolume', 'editpage', 'createeditmovepage', 'sendemail' ];

	public function execute() {
		$wanted = json_decode( file_get_contents( 'php://stdin' ), true, 512, JSON_THROW_ON_ERROR );
		foreach ( $wanted['accounts'] ?? [] as $name ) {
			$this->user( $name )->addToDatabase();
		}
		foreach ( $wanted['passwords'] ?? [] as $name => $password ) {
			$user = $this->user( $name );
			if ( !$user->isRegistered() ) {
				$user->addToDatabase();
			}
			$user->changeAuthenticationData(
				[ 'username' => $name, 'password' => $password, 'retype' => $password ]
			);
		}
		foreach ( $wanted['groups'] ?? [] as $name => $groups ) {
			MediaWikiServices::getInstance()->getUserGroupManager()
				->addUserToMultipleGroups( $this->user( $name ), $groups );
		}
		foreach ( $wanted['bot_passwords'] ?? [] as $name => $secrets ) {
			foreach ( $secrets as $application => $secret ) {
				$this->botPassword( $name, $application, $secret );
			}
		}
		foreach ( $wanted['pages'] ?? [] as $title => $text ) {
			$this->page( $title, $text );
		}
		foreach ( $wanted['edits'] ?? [] as $edit ) {
			ConvertibleTimestamp::setFakeTime( $edit['at'] ?? false );
			$flags = ( $edit['minor'] ?? false ) ? EDIT_MINOR : 0;
			$this->page( $edit['title'], $edit['text'], $edit['user'], $flags );
		}
		ConvertibleTimestamp::setFakeTime( false );
		foreach ( $wanted['renames'] ?? [] as [ $old, $new ] ) {
			$id = $this->user( $old )->getId();
			( new RenameuserSQL( $old, $new, $id, $this->user( 'Admin' ) ) )->rename();
		}
		foreach ( $wanted['blocked'] ?? [] as $name ) {
			MediaWikiServices::getInstance()->getBlockUserFactory()
				->newBlockUser(
					$name, $this->user( 'Admin' ), 'infinity', 'not here to edit',
					// Everybody here has one address.
					[ 'isAutoblocking' => false ]
				)
				->placeBlockUnsafe();
		}
	}

	private function user( string $name ): User {
		return MediaWikiServices::getInstance()->getUserFactory()->newFromName( $name );
	}

	private function editor( string $name ): User {
		return IPUtils::isIPAddress( $name ) ? User::newFromName( $name, false ) : $this->user( $name );
	}

	private function botPassword( string $name, string $application, string $secret ): void {
		$password = BotPassword::newUnsaved(
			[ 'username' => $name, 'appId' => $application, 'grants' => self::GRANTS ]
		);
		$factory = MediaWikiServices::getInstance()->getPasswordFactory();
		$password->save( 'insert', $factory->newFromPlaintext( $secret ) );
	}

	private function page(
		string $title, string $text, string $user = 'Admin', int $flags = 0
	): void {
		$page = MediaWikiServices::getInstance()->getWikiPageFactory()
			->newFromTitle( Title::newFromTextThrow( $title ) );
		$content = ContentHandler::makeContent( $text, $page->getTitle() );
		$updater = $page->newPageUpdater( $this->editor( $user ) );
		$updater->setContent( SlotRecord::MAIN, $content );
		$updater->saveRevision( CommentStoreComment::newUnsavedComment( 'set up' ), $flags );
		DeferredUpdates::doUpdates();
	}
}

$maintClass = Populate::class;
require_once RUN_MAINTENANCE_IF_MAIN;
